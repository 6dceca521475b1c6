//! However many variables there are, the last of a name decides.

use super::*;
use manifest::text::{FileId, Span};

#[test]
fn the_last_of_a_name_decides_however_many_there_are() {
    for count in [
        1,
        2,
        MAX_SEARCHED_VARIABLES,
        MAX_SEARCHED_VARIABLES + 1,
        MAX_SEARCHED_VARIABLES + 2,
        3 * MAX_SEARCHED_VARIABLES,
    ] {
        let mut environment = Environment::default();
        for at in 0..count {
            // Every third is called `again`.
            let name = match at % 3 {
                2 => "again".to_owned(),
                _ => format!("NAME_{at}"),
            };
            environment.push(Variable {
                name,
                value: VariableValue::Text(at.to_string()),
                place: FileSpan {
                    file: FileId(0),
                    span: Span::new(0, 0),
                },
                value_place: None,
                unresolved: Vec::new(),
            });
        }
        let again = (0..count).rfind(|at| at % 3 == 2);
        let value = environment.get("again").map(|found| found.value.clone());
        let expected = again.map(|at| VariableValue::Text(at.to_string()));
        assert_eq!(value, expected, "{count}");
        let names = (0..count).filter_map(|at| match at % 3 {
            2 => (Some(at) == again).then(|| "again".to_owned()),
            _ => Some(format!("NAME_{at}")),
        });
        assert_eq!(environment.names(), names.collect::<Vec<_>>(), "{count}");
        assert!(environment.get("NAME_2").is_none());
    }
}
