//! A run that was interrupted, and went on from the last state, gives the same bytes.

use copydesk_core::Origin;
use copydesk_formats::{DocumentError, Duplicate};
use copydesk_tables::Table;

use crate::articles::{Step, full, output, plain, take, writer};

/// Groups that are full by number, by bytes, and not at all.
fn steps() -> Vec<Step> {
    let step = |number: usize| {
        let id = number.to_string();
        match number {
            // 16 MiB are reached within this one.
            1_100..1_104 => Step::Article(Box::new(plain(&id, "It rains. ".repeat(500_000)))),
            _ if number.is_multiple_of(7) => Step::Article(Box::new(full(&id))),
            _ if number % 7 == 1 => {
                Step::Duplicate(Duplicate { id, duplicate_of: "0".into(), origin: Origin::default() })
            }
            _ => Step::Error(DocumentError { id, message: "no text".into(), ..DocumentError::default() }),
        }
    };
    (0..2_400).map(step).collect()
}

#[test]
fn at_every_boundary() {
    let steps = steps();
    let mut boundaries = Vec::new();
    for table in Table::ALL {
        let whole = output("parquet", table.name(), &steps);
        let (mut first, mut out) = (writer("parquet", table.name()), Vec::new());
        first.begin(&mut out).expect("written");
        let mut states = vec![(0, out.len(), first.state().expect("nothing is kept back"))];
        for (number, step) in steps.iter().enumerate() {
            take(first.as_mut(), step, &mut out);
            if let Some(state) = first.state() {
                states.push((number + 1, out.len(), state));
            }
        }
        let numbers: Vec<usize> = states.iter().map(|(number, ..)| *number).collect();
        if boundaries.is_empty() {
            boundaries = numbers.clone();
        }
        assert_eq!(numbers, boundaries, "all tables have their states at the same documents");
        assert_eq!(numbers, [0, 1_024, 1_104, 2_128]);
        for (number, length, state) in states {
            // What came after the state may be there in part.
            let mut resumed = out[..length].to_vec();
            let mut second = writer("parquet", table.name());
            second.resume(&state).expect("the state of this table");
            assert_eq!(second.state().as_ref(), Some(&state));
            steps[number..].iter().for_each(|step| take(second.as_mut(), step, &mut resumed));
            second.finish(&mut resumed).expect("written");
            assert!(resumed == whole, "{} from document {number}", table.name());
        }
    }
}

#[test]
fn a_state_of_something_else_is_refused() {
    let state = writer("parquet", "quotes").state().expect("nothing is kept back");
    let message = "the state is not one of this table";
    for (table, state) in [("actors", state.as_slice()), ("quotes", b""), ("quotes", &state[..state.len() - 1])] {
        assert_eq!(writer("parquet", table).resume(state).unwrap_err().to_string(), message);
    }
    let longer = [state.as_slice(), &[1; 12]].concat();
    assert_eq!(writer("parquet", "quotes").resume(&longer).unwrap_err().to_string(), message);
    assert!(writer("parquet", "quotes").resume(&state).is_ok());
}
