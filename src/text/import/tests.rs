use std::fs;
use std::io::{Seek, SeekFrom, Write};

use super::*;
use proptest::prelude::*;

fn hello() -> Dialogue {
    Dialogue { turns: vec![Turn::user("Hi"), Turn::bot("Hello, you")] }
}

#[test]
fn every_form_is_detected_and_read() {
    let cases = [
        ("# set\n\nuser: Hi\nbot: Hello, you\n", Form::Transcript),
        (
            "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}, \
             {\"role\": \"assistant\", \"content\": \"Hello, you\"}]}\n\n",
            Form::ChatMessages,
        ),
        (
            "[\n {\"id\": 1, \"conversations\": [{\"from\": \"human\", \"value\": \"Hi\"},\n \
             {\"from\": \"gpt\", \"value\": \"Hello, you\"}]}\n]",
            Form::ShareGpt,
        ),
        ("user,bot\r\nHi,\"Hello, you\"\r\n", Form::Csv),
        ("Dialogue,Role,Text\n1,user,Hi\n1,bot,\"Hello, you\"\n", Form::Csv),
    ];
    for (text, form) in cases {
        let text = format!("\u{feff}{text}");
        assert_eq!(Form::detect(&text), form, "{text}");
        let imported = import(&text, form);
        assert_eq!(imported.problems, [], "{text}");
        assert_eq!(imported.dialogues, [hello()], "{text}");
    }
    for text in ["Once upon a time", "[1] see the list", "{curly}", "", "a,b\n1,2", "# Title\ntext"]
    {
        assert_eq!(Form::detect(text), Form::PlainText, "{text}");
        assert_eq!(import(text, Form::PlainText).texts, [text]);
    }
}

#[test]
fn what_is_not_understood_is_reported_by_line() {
    let lines = |text: &str, form| {
        let imported = import(text, form);
        (imported.dialogues.len(), imported.problems.iter().map(|p| p.line).collect::<Vec<_>>())
    };
    let good = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}";
    let system = "{\"messages\": [{\"role\": \"system\", \"content\": \"Be nice\"}]}";
    let jsonl = format!("{good}\nnonsense\n{{\"a\": 1}}\n{system}\n{good}");
    assert_eq!(lines(&jsonl, Form::ChatMessages), (2, vec![2, 3, 4, 4]));
    let list = format!("[{good},\n{{\"a\": 1}},\n{good},\n{{\"messages\": [");
    assert_eq!(lines(&list, Form::ShareGpt), (2, vec![2, 4]));
    assert_eq!(lines("[", Form::ShareGpt), (0, vec![1]));
    let csv = "user,bot\na,b\n\nonly\n\"two\nlines\",d\n\"open,e";
    assert_eq!(lines(csv, Form::Csv), (2, vec![4, 7]));
    assert_eq!(lines("x,y\n1,2", Form::Csv), (0, vec![1]));
    let turns = "dialogue,role,text\n1,user,a\n1,judge,b\n1,bot,c\n2,user,d";
    assert_eq!(lines(turns, Form::Csv), (2, vec![3]));
}

#[test]
fn quotation_marks_are_read() {
    let imported = import("user,bot\n\"say \"\"hi\"\"\nnow\", b \"c\"\n", Form::Csv);
    let turns = vec![Turn::user("say \"hi\"\nnow"), Turn::bot(" b \"c\"")];
    assert_eq!(imported.dialogues, [Dialogue { turns }]);
}

/// The error for a file with this content.
fn refused(content: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content).unwrap();
    let error = import_file(file.path(), None).unwrap_err().to_string();
    assert!(error.starts_with(&file.path().display().to_string()), "{error}");
    error
}

#[test]
fn bad_files_are_refused() {
    assert!(refused(b"").contains("the file is empty"));
    assert!(refused("\u{feff} \r\n".as_bytes()).contains("the file is empty"));
    assert!(refused(b"fine\nuser: \xFFx").contains("line 2 is not UTF-8 (byte 11)"));
    assert!(refused(&vec![b'x'; LONGEST_LINE + 1]).contains("line 1 is longer than 1 MiB"));
    assert!(refused(b"{\"messages\": 1}").contains("no dialogue in it; line 1"));
    let folder = tempfile::tempdir().unwrap();
    assert!(read_text_file(folder.path()).is_err());
    let missing = read_text_file(&folder.path().join("none")).unwrap_err();
    assert!(missing.to_string().contains("there is no such file"));
}

#[test]
fn a_line_may_be_just_1_mib_long() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let text = "x".repeat(LONGEST_LINE) + "\ny";
    file.write_all(text.as_bytes()).unwrap();
    assert_eq!(read_text_file(file.path()).unwrap(), text);
}

#[test]
fn a_huge_file_is_refused_by_its_size() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    // A hole: the file is as long as it says, but takes no room.
    file.as_file_mut().seek(SeekFrom::Start(LARGEST_FILE)).unwrap();
    file.write_all(b"x").unwrap();
    let error = read_text_file(file.path()).unwrap_err().to_string();
    assert!(error.contains("256 MiB are too large"), "{error}");
    assert_eq!(fs::metadata(file.path()).unwrap().len(), LARGEST_FILE + 1);
}

proptest! {
    #[test]
    fn any_text_is_imported_without_a_panic(
        text in "(user,bot\n|dialogue,role,text\n|\\[\\{|\\{\"messages\": \\[|\\]|\\}|,|\"|\n|\r|user:|.)*"
    ) {
        Form::detect(&text);
        for form in [Form::Transcript, Form::ChatMessages, Form::ShareGpt, Form::Csv] {
            import(&text, form);
        }
    }
}
