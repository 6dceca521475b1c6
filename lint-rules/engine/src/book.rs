//! Where the pages of the book are on the web.

/// Where the book is published as HTML, as `https://example.org/leaselint`: the variable `LEASELINT_BOOK` of the build.
/// Without it the pages are those of the repository.
const BOOK: Option<&str> = option_env!("LEASELINT_BOOK");

/// The address of a heading in the book: `page` is the page's file in `docs/` without `.md`, `heading` its anchor.
#[must_use]
pub fn book_address(page: &str, heading: &str) -> String {
    address(BOOK, page, heading)
}

fn address(book: Option<&str>, page: &str, heading: &str) -> String {
    match book {
        Some(book) => format!("{}/{page}.html#{heading}", book.trim_end_matches('/')),
        None => format!(
            "{}/blob/main/docs/{page}.md#{heading}",
            env!("CARGO_PKG_REPOSITORY")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_in_the_repository_or_where_the_build_says() {
        assert_eq!(
            address(None, "rules", "single-replica"),
            "https://github.com/leaselint/leaselint/blob/main/docs/rules.md#single-replica"
        );
        for book in ["https://example.org/book", "https://example.org/book/"] {
            assert_eq!(
                address(Some(book), "rules", "single-replica"),
                "https://example.org/book/rules.html#single-replica"
            );
        }
    }
}
