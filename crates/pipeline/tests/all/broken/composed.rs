//! Broken pipelines that need files: what they extend, variables, and bytes that are no text.

/// Files with their contents.
type Files = &'static [(&'static str, &'static [u8])];

/// Name; files, of which the first is checked; and what `--set` says.
pub const CASES: &[(&str, Files, &[&str])] = &[
    // Bytes.
    ("file_not_utf8", &[("x.toml", b"name = \"caf\xe9\"\n[[stage]]\nplugin = \"tokenizer\"\n")], &[]),
    ("file_utf16", &[("x.toml", b"\xff\xfen\0a\0m\0e\0")], &[]),
    ("file_huge", &[("x.toml", &[b'#'; (1 << 20) + 1])], &[]),
    ("file_empty", &[("x.toml", b"")], &[]),
    // The extended file.
    ("base_missing", &[("x.toml", b"extends = \"gone.toml\"\n[[stage]]\nid = \"ner\"\nconfig.window = 3\n")], &[]),
    ("base_unknown_name", &[("x.toml", b"extends = \"nwes\"\n")], &[]),
    ("base_is_a_number", &[("x.toml", b"extends = 3\n")], &[]),
    ("base_is_empty", &[("x.toml", b"extends = \"\"\n")], &[]),
    ("base_not_utf8", &[("x.toml", b"extends = \"b.toml\"\n"), ("b.toml", b"# a\n# \xff\n")], &[]),
    ("base_itself", &[("x.toml", b"extends = \"x.toml\"\n")], &[]),
    (
        "base_circle",
        &[
            ("x.toml", b"extends = \"b/b.toml\"\n"),
            ("b/b.toml", b"extends = \"../c.toml\"\n"),
            ("c.toml", b"extends = \"b/../b/b.toml\"\n"),
        ],
        &[],
    ),
    (
        "base_with_faults",
        &[
            ("x.toml", b"extends = \"b.toml\"\n[[stage]]\nid = \"ner\"\nconfig = { window = 0 }\n"),
            ("b.toml", b"[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nconfg = 1\nconfig.label = \"LOC\"\n"),
        ],
        &[],
    ),
    ("base_layers", &[("x.toml", b"extends = \"b.toml\"\nremove = [\"tokenizer\"]\n"), ("b.toml", BASE)], &[]),
    ("base_double_writer", &[("x.toml", b"extends = \"b.toml\"\n[[stage]]\nplugin = \"other_ner\"\n"), ("b.toml", BASE)], &[]),
    ("base_nothing_left", &[("x.toml", b"extends = \"b.toml\"\nremove = [\"tokenizer\", \"ner\"]\n"), ("b.toml", BASE)], &[]),
    ("change_unknown_id", &[("x.toml", b"extends = \"b.toml\"\n[[stage]]\nid = \"nre\"\nconfig.window = 1\n"), ("b.toml", BASE)], &[]),
    (
        "change_twice",
        &[
            ("x.toml", b"extends = \"b.toml\"\n[[stage]]\nid = \"ner\"\nconfig.window = 1\n[[stage]]\nid = \"ner\"\nconfig.lower = true\n"),
            ("b.toml", BASE),
        ],
        &[],
    ),
    ("change_unknown_option", &[("x.toml", b"extends = \"b.toml\"\n[[stage]]\nid = \"ner\"\nconfig.windw = 1\n"), ("b.toml", BASE)], &[]),
    ("change_nameless", &[("x.toml", b"extends = \"b.toml\"\n[[stage]]\nconfig.window = 1\n"), ("b.toml", BASE)], &[]),
    ("remove_unknown", &[("x.toml", b"extends = \"b.toml\"\nremove = [\"ner\", \"tokeniser\", 3]\n"), ("b.toml", BASE)], &[]),
    ("remove_without_base", &[("x.toml", b"remove = [\"ner\"]\n[[stage]]\nplugin = \"tokenizer\"\n")], &[]),
    ("remove_is_a_string", &[("x.toml", b"extends = \"b.toml\"\nremove = \"ner\"\n"), ("b.toml", BASE)], &[]),
    (
        "anchors",
        &[
            (
                "x.toml",
                b"extends = \"b.toml\"\n[[stage]]\nplugin = \"moody\"\nafter = \"nre\"\n[[stage]]\nplugin = \"slow\"\n\
                before = \"ner\"\nafter = \"ner\"\n[[stage]]\nid = \"again\"\nplugin = \"slow\"\nafter = \"again\"\n\
                [[stage]]\nid = \"third\"\nplugin = \"slow\"\nbefore = 3\n",
            ),
            ("b.toml", BASE),
        ],
        &[],
    ),
    ("anchor_without_base", &[("x.toml", b"[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nafter = \"tokenizer\"\n")], &[]),
    ("anchor_too_early", &[("x.toml", b"extends = \"b.toml\"\n[[stage]]\nplugin = \"shouts\"\nbefore = \"tokenizer\"\n"), ("b.toml", BASE)], &[]),
    // Variables.
    ("variable_undeclared", &[("x.toml", b"[vars]\nscore = 0.5\n[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nconfig = { min_score = \"${scor}\", only = [\"${nobody}\"] }\n")], &[]),
    ("variable_none_declared", &[("x.toml", b"[[stage]]\nplugin = { path = \"${folder}/libx.so\" }\n")], &[]),
    ("variable_open", &[("x.toml", b"[vars]\nname = \"x\"\n[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nconfig.model = \"${name\"\n")], &[]),
    ("variable_type", &[("x.toml", b"[vars]\nscore = \"high\"\n[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nconfig.min_score = \"${score}\"\n")], &[]),
    ("variable_list_in_string", &[("x.toml", b"[vars]\nlist = [\"a\"]\n[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nconfig.model = \"${list}.cdm\"\n")], &[]),
    ("variable_of_variable", &[("x.toml", b"[vars]\na = \"x\"\nb = \"${a}\"\n[[stage]]\nplugin = \"tokenizer\"\n[[stage]]\nplugin = \"ner\"\nconfig.model = \"${a}${b}\"\n")], &[]),
    ("variable_values", &[("x.toml", b"[vars]\nBad-Name = 1\ntable = { a = 1 }\nwhen = 2026-01-01\n[[stage]]\nplugin = \"tokenizer\"\n")], &[]),
    ("variables_are_a_list", &[("x.toml", b"vars = [1]\n[[stage]]\nplugin = \"tokenizer\"\n")], &[]),
    ("set_unknown", &[("x.toml", SCORE)], &["min=1", "scor=1", "score"]),
    ("set_type", &[("x.toml", SCORE)], &["score=high"]),
    ("set_range", &[("x.toml", SCORE)], &["score=7"]),
    ("set_without_variables", &[("x.toml", BASE)], &["score=7"]),
];

const BASE: &[u8] = b"[[stage]]\nplugin = \"tokenizer\"\n\n[[stage]]\nplugin = \"ner\"\n";

const SCORE: &[u8] = b"[vars]\nscore = 0.5\n\n[[stage]]\nplugin = \"tokenizer\"\n\n[[stage]]\nplugin = \"ner\"\nconfig.min_score = \"${score}\"\n";
