//! From the file that is run, and those that it extends, to one list of stages.

mod merge;
mod variables;

use std::path::PathBuf;

use copydesk_loader::Registry;
use toml::de::DeTable;

use crate::fault::{FaultKind, Finding, as_kind};
use crate::files::Files;
use crate::source::{LARGEST, PipelineSource, TOO_LARGE};
use crate::spec::{Spec, SpecReader};
use crate::syntax;

/// More stages than anybody means: each is compared with all others.
const MOST_STAGES: usize = 1000;

/// More files than anybody stacks.
const DEEPEST: usize = 16;

/// Reads the file and the files that it extends, and composes them. Stages and variables come from all, name and tests
/// from the file alone. All files are put into `files`.
pub(crate) fn compose(
    source: &PipelineSource,
    registry: &Registry,
    files: &mut Files,
    findings: &mut Vec<Finding>,
) -> Option<Spec> {
    let mut chain = chain(source, files, findings);
    let incomplete = chain.iter().any(|spec| spec.incomplete);
    as_kind(FaultKind::Variable, findings, |findings| {
        variables::expand(&mut chain, &source.set, files, incomplete, findings);
    });
    let incomplete = chain.iter().any(|spec| spec.incomplete);
    let spec = as_kind(FaultKind::Base, findings, |findings| {
        let mut chain = chain.into_iter().rev();
        let root = chain.next()?;
        Some(chain.fold(root, |base, spec| {
            let incomplete = incomplete || base.incomplete;
            merge::Merge { registry, files, findings, incomplete }.apply(base, spec)
        }))
    });
    let mut spec = spec?;
    spec.incomplete |= spec.stages.iter().any(|stage| stage.plugin.is_none());
    fewer(&mut spec, findings);
    if let Some(base) = spec.extends.as_ref().filter(|_| spec.stages.is_empty() && !spec.incomplete) {
        let finding = Finding::new(base.span(), "no stage is left of what this file extends");
        findings.push(finding.help("keep one, or add one").kind(FaultKind::Base));
    }
    Some(spec)
}

/// The file and the files that it extends, one after another, the file first.
fn chain(source: &PipelineSource, files: &mut Files, findings: &mut Vec<Finding>) -> Vec<Spec> {
    let mut chain: Vec<Spec> = Vec::new();
    let mut names: Vec<(PathBuf, String)> = Vec::new();
    let mut next = Some(source.clone());
    while let Some(source) = next.take() {
        let mut spec = read(&source, files, findings);
        names.push((identity(&source), source.name.clone()));
        if let Some(base) = &spec.extends {
            match base_of(&source, base.get_ref(), &names) {
                Ok(found) => next = Some(found),
                Err(message) => {
                    findings.push(Finding::new(base.span(), message).kind(FaultKind::Base));
                    spec.incomplete = true;
                }
            }
        } else if let Some(removed) = spec.remove.first() {
            let finding = Finding::new(removed.span(), "\"remove\" is for a file that extends another");
            findings.push(finding.help("remove the stage itself").kind(FaultKind::Base));
        }
        chain.push(spec);
    }
    chain
}

/// The pipeline that `source` extends.
fn base_of(source: &PipelineSource, base: &str, before: &[(PathBuf, String)]) -> Result<PipelineSource, String> {
    if base.is_empty() {
        return Err("the name of what this file extends is empty".into());
    }
    let found = PipelineSource::find_from(base, source.dir.as_deref(), source.shipped)
        .map_err(|error| format!("what this file extends cannot be read: {error}"))?;
    let own = identity(&found);
    if let Some(at) = before.iter().position(|(other, _)| *other == own) {
        let circle: Vec<&str> = before.iter().skip(at).map(|(_, name)| name.as_str()).collect();
        return Err(match circle.as_slice() {
            [_] => "this file extends itself".to_owned(),
            names => format!("these files extend each other in a circle: {}", names.join(", ")),
        });
    }
    if before.len() >= DEEPEST {
        return Err(format!("this is the {}th file that extends another; there may be {DEEPEST}", before.len()));
    }
    Ok(found)
}

/// The key by which two names of one file are equal.
fn identity(source: &PipelineSource) -> PathBuf {
    std::fs::canonicalize(&source.name).unwrap_or_else(|_| PathBuf::from(&source.name))
}

/// The content of one file. Its places are those among `files`.
fn read(source: &PipelineSource, files: &mut Files, findings: &mut Vec<Finding>) -> Spec {
    let start = files.add(&source.name, &source.text, source.dir.as_deref());
    let mut own = Vec::new();
    let mut spec = if source.text.len() > LARGEST {
        own.push(Finding::new(0..0, TOO_LARGE).kind(FaultKind::File));
        Spec { incomplete: true, ..Spec::default() }
    } else {
        let sound = as_kind(FaultKind::Syntax, &mut own, |own| syntax::check(&source.text, own));
        let (table, _) = DeTable::parse_recoverable(&sound.text);
        as_kind(FaultKind::Key, &mut own, |own| SpecReader::new(own, sound.broken).pipeline(table.get_ref()))
    };
    fewer(&mut spec, &mut own);
    spec.shift(start);
    findings.extend(own.into_iter().map(|finding| {
        let span = finding.span.start + start..finding.span.end + start;
        Finding { span, ..finding }
    }));
    spec
}

/// Leaves out stages beyond those that a pipeline may have.
fn fewer(spec: &mut Spec, findings: &mut Vec<Finding>) {
    if let Some(extra) = spec.stages.get(MOST_STAGES) {
        let message = format!("this pipeline has {} stages; it may have {MOST_STAGES}", spec.stages.len());
        findings.push(Finding::new(extra.span.clone(), message));
        spec.stages.truncate(MOST_STAGES);
    }
}
