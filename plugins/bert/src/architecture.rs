//! The networks that rust-bert has, behind one function from word pieces to logits.

use rust_bert::RustBertError;
use rust_bert::albert::{AlbertForSequenceClassification, AlbertForTokenClassification};
use rust_bert::bert::{BertForSequenceClassification, BertForTokenClassification};
use rust_bert::distilbert::{DistilBertForTokenClassification, DistilBertModelClassifier};
use rust_bert::electra::ElectraForTokenClassification;
use rust_bert::longformer::{LongformerForSequenceClassification, LongformerForTokenClassification};
use rust_bert::mobilebert::{MobileBertForSequenceClassification, MobileBertForTokenClassification};
use rust_bert::roberta::{RobertaForSequenceClassification, RobertaForTokenClassification};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tch::{Tensor, nn};

/// The task of a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// A label for each piece.
    Tokens,
    /// A label for a text, or for a pair of texts.
    Sequence,
}

impl Task {
    /// The end of Hugging Face's class names for the task.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Task::Tokens => "ForTokenClassification",
            Task::Sequence => "ForSequenceClassification",
        }
    }
}

/// A kind of network, by its name in `config.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// `bert`.
    Bert,
    /// `distilbert`.
    DistilBert,
    /// `roberta`, `xlm-roberta`, `camembert`: one network, three tokenizers.
    Roberta,
    /// `albert`.
    Albert,
    /// `electra`; for token classification only.
    Electra,
    /// `mobilebert`.
    MobileBert,
    /// `longformer`.
    Longformer,
}

/// Names in `config.json`.
const NAMES: [(&str, Architecture); 9] = [
    ("bert", Architecture::Bert),
    ("distilbert", Architecture::DistilBert),
    ("roberta", Architecture::Roberta),
    ("xlm-roberta", Architecture::Roberta),
    ("camembert", Architecture::Roberta),
    ("albert", Architecture::Albert),
    ("electra", Architecture::Electra),
    ("mobilebert", Architecture::MobileBert),
    ("longformer", Architecture::Longformer),
];

/// The input of a network: rows of one length, `[windows, pieces]`, 64-bit integers.
#[derive(Debug)]
pub(crate) struct Input {
    pub ids: Tensor,
    /// One for a piece, zero for padding.
    pub mask: Tensor,
    /// `None` if all pieces are of one type.
    pub types: Option<Tensor>,
}

/// A network: from [`Input`] to logits, `[windows, pieces, labels]` for [`Task::Tokens`] and `[windows, labels]` for
/// [`Task::Sequence`].
pub(crate) type Forward = Box<dyn Fn(&Input) -> Result<Tensor, RustBertError> + Send>;

/// A network with the arguments of BERT.
macro_rules! plain {
    ($network:ty, $root:expr, $config:expr) => {{
        let network = <$network>::new($root, &typed($config)?)?;
        Box::new(move |x: &Input| {
            Ok(network.forward_t(Some(&x.ids), Some(&x.mask), x.types.as_ref(), None, None, false).logits)
        })
    }};
}

/// A network without token types.
macro_rules! untyped {
    ($network:ty, $root:expr, $config:expr) => {{
        let network = <$network>::new($root, &typed($config)?)?;
        Box::new(move |x: &Input| Ok(network.forward_t(Some(&x.ids), Some(&x.mask), None, false)?.logits))
    }};
}

/// ELECTRA. rust-bert adds its mask to the scores of attention as it is.
macro_rules! added_mask {
    ($network:ty, $root:expr, $config:expr) => {{
        let network = <$network>::new($root, &typed($config)?)?;
        Box::new(move |x: &Input| {
            let mask = (x.mask.to_kind(tch::Kind::Float) - 1.0) * 10_000.0;
            Ok(network.forward_t(Some(&x.ids), Some(&mask), x.types.as_ref(), None, None, false).logits)
        })
    }};
}

/// MobileBERT. Its mask comes last.
macro_rules! mask_last {
    ($network:ty, $root:expr, $config:expr) => {{
        let network = <$network>::new($root, &typed($config)?)?;
        Box::new(move |x: &Input| {
            let mask = x.mask.to_kind(tch::Kind::Float);
            Ok(network.forward_t(Some(&x.ids), x.types.as_ref(), None, None, Some(&mask), false)?.logits)
        })
    }};
}

/// Longformer. It has a second mask for pieces that see all of the text.
macro_rules! global {
    ($network:ty, $root:expr, $config:expr) => {{
        let network = <$network>::new($root, &typed($config)?)?;
        Box::new(move |x: &Input| {
            let ids = Some(&x.ids);
            Ok(network.forward_t(ids, Some(&x.mask), None, x.types.as_ref(), None, None, false)?.logits)
        })
    }};
}

impl Architecture {
    /// The architecture that `config.json` names, or a message that says which there are.
    pub(crate) fn named(name: &str) -> Result<Self, String> {
        if name.starts_with("deberta") {
            // Version 1 ends relative positions at the number of heads. Version 2 leaves out the offset of content to
            // position, and the root of the scale. Logits are off by a third of their size.
            return Err(format!(
                "\"model_type\" is {name:?}, whose relative attention rust-bert 0.23 computes wrongly; use another \
                 architecture"
            ));
        }
        NAMES.iter().find(|(own, _)| *own == name).map(|(_, architecture)| *architecture).ok_or_else(|| {
            let known: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
            format!("\"model_type\" is {name:?}; rust-bert runs {}", known.join(", "))
        })
    }

    /// Returns true if positions are counted from behind the padding's number, as in RoBERTa.
    fn counts_from_padding(self) -> bool {
        matches!(self, Architecture::Roberta | Architecture::Longformer)
    }

    /// Pieces in the longest window.
    pub(crate) fn positions(self, config: &Map<String, Value>) -> usize {
        let number = |key: &str, default: u64| config.get(key).and_then(Value::as_u64).unwrap_or(default);
        let positions = number("max_position_embeddings", 512);
        let taken = if self.counts_from_padding() { number("pad_token_id", 1) + 1 } else { 0 };
        usize::try_from(positions.saturating_sub(taken)).unwrap_or(usize::MAX)
    }

    /// The piece that fills short windows up.
    pub(crate) fn padding(self, config: &Map<String, Value>) -> i64 {
        let default = i64::from(self.counts_from_padding());
        config.get("pad_token_id").and_then(Value::as_i64).unwrap_or(default)
    }

    /// Types of pieces that there are; one or none means that they make no difference.
    pub(crate) fn types(self, config: &Map<String, Value>) -> usize {
        let default = match self {
            Architecture::DistilBert => 0,
            Architecture::Roberta | Architecture::Longformer => 1,
            _ => 2,
        };
        let types = config.get("type_vocab_size").and_then(Value::as_u64).unwrap_or(default);
        if self == Architecture::DistilBert { 0 } else { usize::try_from(types).unwrap_or(0) }
    }

    /// Adds defaults that Hugging Face leaves out and rust-bert requires, and renames keys to rust-bert's names.
    pub(crate) fn complete(self, config: &mut Map<String, Value>) {
        let mut defaults = vec![
            ("hidden_act", json!("gelu")),
            ("attention_probs_dropout_prob", json!(0.1)),
            ("hidden_dropout_prob", json!(0.1)),
            ("initializer_range", json!(0.02)),
            ("max_position_embeddings", json!(512)),
            ("type_vocab_size", json!(self.types(config))),
        ];
        match self {
            Architecture::DistilBert => defaults.extend([
                ("activation", json!("gelu")),
                ("attention_dropout", json!(0.1)),
                ("dropout", json!(0.1)),
                ("qa_dropout", json!(0.1)),
                ("seq_classif_dropout", json!(0.2)),
                ("sinusoidal_pos_embds", json!(false)),
                ("tie_weights_", json!(true)),
            ]),
            Architecture::Albert => defaults.extend([
                ("bos_token_id", json!(2)),
                ("eos_token_id", json!(3)),
                ("pad_token_id", json!(0)),
                ("inner_group_num", json!(1)),
                ("num_hidden_groups", json!(1)),
            ]),
            Architecture::Electra => defaults.push(("pad_token_id", json!(0))),
            Architecture::Longformer => defaults.push(("sep_token_id", json!(2))),
            _ => {}
        }
        for (key, value) in defaults {
            config.entry(key).or_insert(value);
        }
        if self == Architecture::Longformer
            && let Some(window) = config.get("attention_window").and_then(Value::as_u64)
        {
            let layers = config.get("num_hidden_layers").and_then(Value::as_u64).unwrap_or(0);
            config.insert("attention_window".into(), (0..layers).map(|_| json!(window)).collect());
        }
    }

    /// Makes the network with parameters in `root`. The caller fills in their values.
    pub(crate) fn build(
        self,
        task: Task,
        root: &nn::Path<'_>,
        config: &Map<String, Value>,
    ) -> Result<Forward, RustBertError> {
        use Task::{Sequence, Tokens};
        Ok(match (self, task) {
            (Architecture::Bert, Tokens) => plain!(BertForTokenClassification, root, config),
            (Architecture::Bert, Sequence) => plain!(BertForSequenceClassification, root, config),
            (Architecture::DistilBert, Tokens) => untyped!(DistilBertForTokenClassification, root, config),
            (Architecture::DistilBert, Sequence) => untyped!(DistilBertModelClassifier, root, config),
            (Architecture::Roberta, Tokens) => plain!(RobertaForTokenClassification, root, config),
            (Architecture::Roberta, Sequence) => plain!(RobertaForSequenceClassification, root, config),
            (Architecture::Albert, Tokens) => plain!(AlbertForTokenClassification, root, config),
            (Architecture::Albert, Sequence) => plain!(AlbertForSequenceClassification, root, config),
            (Architecture::Electra, Tokens) => added_mask!(ElectraForTokenClassification, root, config),
            (Architecture::Electra, Sequence) => {
                let message = "rust-bert has no sequence classification by electra".to_owned();
                return Err(RustBertError::InvalidConfigurationError(message));
            }
            (Architecture::MobileBert, Tokens) => mask_last!(MobileBertForTokenClassification, root, config),
            (Architecture::MobileBert, Sequence) => mask_last!(MobileBertForSequenceClassification, root, config),
            (Architecture::Longformer, Tokens) => global!(LongformerForTokenClassification, root, config),
            (Architecture::Longformer, Sequence) => global!(LongformerForSequenceClassification, root, config),
        })
    }
}

/// The configuration as one of rust-bert's types.
fn typed<C: DeserializeOwned>(config: &Map<String, Value>) -> Result<C, RustBertError> {
    serde_json::from_value(Value::Object(config.clone()))
        .map_err(|error| RustBertError::InvalidConfigurationError(format!("config.json: {error}")))
}
