//! The rows of a document in each table, cell by cell in the order of the columns.

use copydesk_core::{Actor, Article, Date, Document, Holder, OffsetMap, OffsetUnit, Origin, Span};
use copydesk_formats::{DocumentError, Duplicate};

use crate::schema::Table;

/// Takes the cells of a row, one for each column of the table, and then the row's end.
pub(crate) trait Cells {
    /// A cell of text.
    fn text(&mut self, value: Option<&str>);
    /// A whole number.
    fn whole(&mut self, value: Option<u32>);
    /// A whole number of 64 bits.
    fn long(&mut self, value: Option<u64>);
    /// A float.
    fn float(&mut self, value: Option<f32>);
    /// True or false.
    fn flag(&mut self, value: Option<bool>);
    /// The end of the row.
    fn end(&mut self);
}

/// Makes the rows of one table.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) table: Table,
    unit: OffsetUnit,
    /// True if the table of documents has the texts themselves.
    has_texts: bool,
    /// Words of several spans, joined.
    joined: String,
}

impl Rows {
    pub(crate) fn new(table: Table, unit: OffsetUnit, has_texts: bool) -> Self {
        Rows { table, unit, has_texts, joined: String::new() }
    }

    /// The rows of an article.
    pub(crate) fn article(&mut self, article: &Article, cells: &mut impl Cells) {
        if self.table == Table::Documents {
            return self.document(article, cells);
        }
        let map = OffsetMap::new(article.text(), self.unit);
        match self.table {
            Table::Quotes => self.quotes(article, &map, cells),
            Table::Actors => actors(article, cells),
            Table::Mentions => mentions(article, &map, cells),
            Table::Entities => entities(article, &map, cells),
            Table::Stances => stances(article, &map, cells),
            Table::Sentences => sentences(article, &map, cells),
            Table::Tokens => tokens(article, &map, cells),
            Table::Documents => {}
        }
    }

    /// The row of a document that has no result.
    pub(crate) fn error(&mut self, error: &DocumentError, cells: &mut impl Cells) {
        if self.table == Table::Documents {
            let origin = Origin { line: error.line, ..Origin::default() };
            without_result(cells, &error.id, &origin, None, Some(error));
        }
    }

    /// The row of a document that repeats another.
    pub(crate) fn duplicate(&mut self, duplicate: &Duplicate, cells: &mut impl Cells) {
        if self.table == Table::Documents {
            without_result(cells, &duplicate.id, &duplicate.origin, Some(&duplicate.duplicate_of), None);
        }
    }

    fn quotes(&mut self, article: &Article, map: &OffsetMap<'_>, cells: &mut impl Cells) {
        for quote in article.quotes() {
            about(article, cells);
            cells.whole(Some(quote.row()));
            cells.text(Some(&quote.id()));
            cells.text(Some(quote.kind()));
            cells.text(Some(quote.act()));
            let content = quote.content();
            self.words(article, content, cells);
            cells.whole(content.first().map(|span| map.offset(span.start)));
            cells.whole(content.last().map(|span| map.offset(span.end)));
            self.words(article, quote.cue(), cells);
            self.words(article, quote.source(), cells);
            let speaker = quote.speaker();
            actor(speaker, cells);
            cells.text(speaker.map(Actor::label));
            cells.text(speaker.and_then(Actor::role));
            cells.text(speaker.and_then(Actor::affiliation));
            cells.text(speaker.and_then(Actor::kb_id));
            cells.float(quote.speaker_score());
            cells.float(Some(quote.score()));
            cells.end();
        }
    }

    /// The words of some spans, joined by dots.
    fn words(&mut self, article: &Article, spans: &[Span], cells: &mut impl Cells) {
        let words = |span: &Span| span.get(article.text()).unwrap_or_default();
        match spans {
            [] => cells.text(None),
            [span] => cells.text(Some(words(span))),
            [first, rest @ ..] => {
                self.joined.clear();
                self.joined.push_str(words(first));
                for span in rest {
                    self.joined.push_str(" … ");
                    self.joined.push_str(words(span));
                }
                cells.text(Some(&self.joined));
            }
        }
    }

    fn document(&mut self, article: &Article, cells: &mut impl Cells) {
        let document: &Document = article.document();
        let known = &document.metadata;
        cells.text(Some(document.id()));
        cells.text(known.title.as_deref());
        self.joined.clear();
        for (number, author) in known.authors.iter().enumerate() {
            self.joined.push_str(if number > 0 { "; " } else { "" });
            self.joined.push_str(author);
        }
        cells.text(Some(self.joined.as_str()).filter(|authors| !authors.is_empty()));
        cells.text(known.published.as_ref().map(Date::as_str));
        cells.text(known.modified.as_ref().map(Date::as_str));
        cells.text(known.outlet.as_deref());
        cells.text(known.section.as_deref());
        cells.text(known.language.as_deref());
        cells.text(known.url.as_deref());
        let meta = if document.meta.is_empty() { None } else { serde_json::to_string(&document.meta).ok() };
        cells.text(meta.as_deref());
        origin(&document.origin, cells);
        cells.whole(Some(OffsetMap::new(document.text(), OffsetUnit::Char).offset(document.text().len() as u32)));
        for layer in ["sentences", "tokens", "entities", "actors", "mentions", "quotes", "stances"] {
            cells.whole(document.layer(layer).map(|layer| layer.len() as u32));
        }
        cells.text(None);
        cells.text(None);
        cells.text(None);
        cells.text(Some(document.text()).filter(|_| self.has_texts));
        cells.end();
    }
}

/// What each row says of its article.
fn about(article: &Article, cells: &mut impl Cells) {
    let known = article.metadata();
    cells.text(Some(article.id()));
    cells.text(known.title.as_deref());
    cells.text(known.published.as_ref().map(Date::as_str));
    cells.text(known.outlet.as_deref());
}

fn origin(origin: &Origin, cells: &mut impl Cells) {
    cells.text(origin.file.as_deref());
    cells.long(origin.line);
    cells.text(origin.encoding.as_deref());
    cells.text(origin.language.as_deref());
}

/// An actor's number and name.
fn actor(actor: Option<Actor<'_>>, cells: &mut impl Cells) {
    cells.whole(actor.map(Actor::row));
    cells.text(actor.map(Actor::name));
}

fn place(span: Span, map: &OffsetMap<'_>, cells: &mut impl Cells) {
    let [start, end] = map.span(span);
    cells.whole(Some(start));
    cells.whole(Some(end));
}

fn without_result(
    cells: &mut impl Cells,
    id: &str,
    from: &Origin,
    duplicate_of: Option<&str>,
    error: Option<&DocumentError>,
) {
    /// Title, authors, dates, outlet, section, language, address and meta.
    const METADATA: usize = 9;
    /// Characters, and the rows of seven layers.
    const COUNTS: usize = 8;
    cells.text(Some(id));
    (0..METADATA).for_each(|_| cells.text(None));
    origin(from, cells);
    (0..COUNTS).for_each(|_| cells.whole(None));
    cells.text(duplicate_of);
    cells.text(error.and_then(|error| error.stage.as_deref()));
    cells.text(error.map(|error| error.message.as_str()));
    cells.text(None);
    cells.end();
}

fn actors(article: &Article, cells: &mut impl Cells) {
    for actor in article.actors() {
        let count = |kind: &str| actor.mentions().filter(|mention| mention.kind() == kind).count() as u32;
        about(article, cells);
        cells.whole(Some(actor.row()));
        cells.text(Some(actor.name()));
        cells.text(Some(actor.label()));
        cells.text(actor.role());
        cells.text(actor.affiliation());
        cells.text(actor.kb_id());
        cells.float(actor.kb_score());
        cells.whole(Some(actor.mentions().len() as u32));
        cells.whole(Some(count("name")));
        cells.whole(Some(count("nominal")));
        cells.whole(Some(count("pronoun")));
        cells.whole(Some(actor.quotes().len() as u32).filter(|_| article.has_quote_speakers()));
        cells.end();
    }
}

fn mentions(article: &Article, map: &OffsetMap<'_>, cells: &mut impl Cells) {
    for mention in article.mentions() {
        about(article, cells);
        cells.whole(Some(mention.row()));
        actor(Some(mention.actor()), cells);
        cells.text(Some(mention.actor().label()));
        cells.text(Some(mention.kind()));
        cells.text(Some(mention.text()));
        place(mention.span(), map, cells);
        cells.end();
    }
}

fn entities(article: &Article, map: &OffsetMap<'_>, cells: &mut impl Cells) {
    for entity in article.entities() {
        about(article, cells);
        cells.whole(Some(entity.row()));
        cells.text(Some(entity.label()));
        cells.text(Some(entity.text()));
        place(entity.span(), map, cells);
        cells.float(Some(entity.score()));
        actor(entity.actor(), cells);
        cells.end();
    }
}

fn stances(article: &Article, map: &OffsetMap<'_>, cells: &mut impl Cells) {
    for stance in article.stances() {
        let (voice, holder) = match stance.holder() {
            Holder::Author => ("author", None),
            Holder::Actor(actor) => ("speaker", Some(actor)),
        };
        about(article, cells);
        cells.whole(Some(stance.row()));
        cells.text(Some(voice));
        actor(holder, cells);
        actor(Some(stance.target()), cells);
        cells.text(Some(stance.target().label()));
        cells.float(Some(stance.polarity()));
        cells.float(Some(stance.score()));
        cells.text(Some(stance.mention().text()));
        place(stance.mention().span(), map, cells);
        cells.text(stance.evidence().get(article.text()));
        place(stance.evidence(), map, cells);
        cells.end();
    }
}

fn sentences(article: &Article, map: &OffsetMap<'_>, cells: &mut impl Cells) {
    for sentence in article.sentences() {
        let block = sentence.block();
        cells.text(Some(article.id()));
        cells.whole(Some(sentence.row()));
        cells.whole(Some(block.row()));
        cells.text(Some(block.kind()));
        cells.text(Some(sentence.text()));
        place(sentence.span(), map, cells);
        cells.end();
    }
}

fn tokens(article: &Article, map: &OffsetMap<'_>, cells: &mut impl Cells) {
    for (number, token) in article.surface_tokens().enumerate() {
        for word in token.words() {
            cells.text(Some(article.id()));
            cells.whole(Some(word.row()));
            cells.whole(Some(number as u32));
            cells.whole(Some(word.sentence().row()));
            cells.text(Some(word.text()));
            place(word.span(), map, cells);
            cells.flag(Some(word.space_after()));
            cells.end();
        }
    }
}
