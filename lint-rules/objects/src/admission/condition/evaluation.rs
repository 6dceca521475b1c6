//! The value of an expression, by recursive descent.

use super::LeaseWrite;
use super::operand::CelOperand;
use super::token::CelToken;

/// Levels of parentheses and `!`; deeper than anybody writes, and far from the end of the stack.
const MAX_NESTING: u32 = 64;

/// The value of a whole expression; `None` where it is not understood.
pub(super) fn evaluate(tokens: &[CelToken], write: &LeaseWrite<'_>) -> Option<CelOperand> {
    let mut evaluator = Evaluator {
        tokens,
        write,
        depth: 0,
    };
    let value = evaluator.either()?;
    evaluator.tokens.is_empty().then_some(value)
}

/// Reads from the front of the tokens; `None` where it does not understand.
struct Evaluator<'t> {
    tokens: &'t [CelToken],
    write: &'t LeaseWrite<'t>,
    depth: u32,
}

impl Evaluator<'_> {
    fn take(&mut self, mark: &str) -> bool {
        match self.tokens.split_first() {
            Some((CelToken::Mark(found), rest)) if *found == mark => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn either(&mut self) -> Option<CelOperand> {
        let mut value = self.both()?;
        while self.take("||") {
            let other = self.both()?;
            value = CelOperand::of(match (value.truth(), other.truth()) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            });
        }
        Some(value)
    }

    fn both(&mut self) -> Option<CelOperand> {
        let mut value = self.relation()?;
        while self.take("&&") {
            let other = self.relation()?;
            value = CelOperand::of(match (value.truth(), other.truth()) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            });
        }
        Some(value)
    }

    fn relation(&mut self) -> Option<CelOperand> {
        let left = self.single()?;
        if self.take("==") {
            let right = self.single()?;
            return Some(CelOperand::of(self.write.are_equal(&left, &right)));
        }
        if self.take("!=") {
            let right = self.single()?;
            let equal = self.write.are_equal(&left, &right);
            return Some(CelOperand::of(equal.map(|equal| !equal)));
        }
        if let Some((CelToken::Path(word), rest)) = self.tokens.split_first()
            && word == "in"
        {
            self.tokens = rest;
            let right = self.single()?;
            return Some(CelOperand::of(self.write.is_among(&left, &right)));
        }
        Some(left)
    }

    fn single(&mut self) -> Option<CelOperand> {
        if self.depth >= MAX_NESTING {
            return None;
        }
        self.depth += 1;
        let value = self.single_inside();
        self.depth -= 1;
        value
    }

    fn single_inside(&mut self) -> Option<CelOperand> {
        if self.take("!") {
            let value = self.single()?;
            return Some(CelOperand::of(value.truth().map(|truth| !truth)));
        }
        if self.take("(") {
            let value = self.either()?;
            return self.take(")").then_some(value);
        }
        if self.take("[") {
            let mut items = Vec::new();
            while !self.take("]") {
                items.push(self.single()?);
                self.take(",");
            }
            return Some(CelOperand::List(items));
        }
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        match first {
            CelToken::Text(text) => Some(CelOperand::Text(text.clone())),
            CelToken::Path(path) if self.take("(") => self.call(path),
            CelToken::Path(path) => Some(self.write.field(path)),
            CelToken::Mark(_) => None,
        }
    }

    /// A call, its opening parenthesis taken: of `startsWith` and its like, else unknown.
    fn call(&mut self, path: &str) -> Option<CelOperand> {
        let (receiver, method) = path.rsplit_once('.').unwrap_or(("", path));
        let receiver = self.write.field(receiver);
        if let [CelToken::Text(text), CelToken::Mark(")"), rest @ ..] = self.tokens {
            self.tokens = rest;
            return Some(CelOperand::of(
                self.write.test_text(method, &receiver, text),
            ));
        }
        let mut open = 1_u32;
        while open > 0 {
            let (token, rest) = self.tokens.split_first()?;
            self.tokens = rest;
            match token {
                CelToken::Mark("(") => open += 1,
                CelToken::Mark(")") => open -= 1,
                _ => {}
            }
        }
        Some(CelOperand::Unknown)
    }
}
