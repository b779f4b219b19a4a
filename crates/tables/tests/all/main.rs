//! Tables of results: CSV and Parquet from the same articles, and what an interrupted run leaves.

mod articles;
mod csv;
mod parquet;
mod resume;
