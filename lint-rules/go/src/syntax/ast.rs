//! The tree of a Go file. Types are expressions, as the grammar has them in common places.

use super::SourcePosition;
use super::file_words::{FileWords, WordNumber};
use super::lexer::SyntaxError;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Ident<'m> {
    pub name: &'m str,
    pub at: SourcePosition,
}

#[derive(Debug, Default)]
pub(crate) struct File<'m> {
    pub imports: Vec<Import<'m>>,
    pub functions: Vec<Function<'m>>,
    pub variables: Vec<ValueSpec<'m>>,
    pub constants: Vec<ConstSpec<'m>>,
    pub types: Vec<TypeSpec<'m>>,
    /// The words that its functions name.
    pub words: FileWords<'m>,
    pub error: Option<SyntaxError>,
}

impl<'m> File<'m> {
    /// The names that one of its functions uses: what stands before the dot, empty where nothing does, and the name.
    pub(crate) fn names_of(
        &self,
        function: &Function<'m>,
    ) -> impl Iterator<Item = (&'m str, &'m str)> {
        let names = function.names.iter();
        names.map(|used| (self.words.word(used.before), self.words.word(used.name)))
    }
}

#[derive(Debug)]
pub(crate) struct Import<'m> {
    /// The name given in the file, if one is.
    pub name: Option<&'m str>,
    pub path: String,
}

/// A function without its body: most are never run, and trees of bodies are ten times as large as their text.
#[derive(Debug)]
pub(crate) struct Function<'m> {
    pub name: Ident<'m>,
    pub receiver: Option<Param<'m>>,
    pub signature: Signature<'m>,
    /// Where its body stands; it is parsed again when it is first run.
    pub body: Option<BodyPlace>,
    /// Its index among the functions of its file.
    pub index: usize,
    /// How many names it uses, each use counted.
    pub uses: usize,
    /// The names that it uses, each once.
    pub names: Box<[UsedName]>,
    /// Members and variables that the body assigns to, by their last name, each once.
    pub assigned: Box<[&'m str]>,
}

/// A name that a function uses, in words of its file. As texts these were a tenth of the memory of a large repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct UsedName {
    /// What stands before the dot, empty where nothing does.
    pub before: WordNumber,
    /// The name.
    pub name: WordNumber,
}

/// Where a function's body stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyPlace {
    /// Its opening brace.
    pub at: SourcePosition,
    /// The offset in bytes of what follows it.
    pub end: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Signature<'m> {
    pub params: Vec<Param<'m>>,
    pub results: Vec<Param<'m>>,
}

#[derive(Debug)]
pub(crate) struct Param<'m> {
    pub name: Option<Ident<'m>>,
    pub ty: Expr<'m>,
    pub variadic: bool,
}

/// `names type = values` of a variable.
#[derive(Debug)]
pub(crate) struct ValueSpec<'m> {
    pub names: Vec<Ident<'m>>,
    pub ty: Option<Expr<'m>>,
    pub values: Vec<Expr<'m>>,
}

/// A constant group's line; `values` of a line without any are those of an earlier line.
#[derive(Debug)]
pub(crate) struct ConstSpec<'m> {
    pub names: Vec<Ident<'m>>,
    /// Index of the line (of this list) whose expressions hold.
    pub like: usize,
    pub values: Vec<Expr<'m>>,
    pub iota: i64,
}

#[derive(Debug)]
pub(crate) struct TypeSpec<'m> {
    pub name: Ident<'m>,
    pub ty: Expr<'m>,
}

#[derive(Debug)]
pub(crate) struct Expr<'m> {
    pub kind: ExprKind<'m>,
    pub at: SourcePosition,
}

#[derive(Debug)]
pub(crate) enum ExprKind<'m> {
    Name(&'m str),
    Int(&'m str),
    Float(&'m str),
    Text(&'m str),
    /// A character or an imaginary number: no setting is made of these.
    OtherLiteral,
    Composite(Option<Box<Expr<'m>>>, Vec<Element<'m>>),
    Function(Box<FunctionLiteral<'m>>),
    Selector(Box<Expr<'m>>, Ident<'m>),
    /// An index, or type arguments.
    Index(Box<Expr<'m>>, Vec<Expr<'m>>),
    Slice(Box<Expr<'m>>),
    TypeAssertion(Box<Expr<'m>>, Option<Box<Expr<'m>>>),
    Call(Box<Call<'m>>),
    Star(Box<Expr<'m>>),
    Unary(&'m str, Box<Expr<'m>>),
    Binary(&'m str, Box<Expr<'m>>, Box<Expr<'m>>),
    /// A slice, array or ellipsis type with its element.
    ListType(Box<Expr<'m>>),
    MapType(Box<Expr<'m>>),
    StructType(Vec<StructField<'m>>),
    /// A function, channel or interface type.
    OtherType,
    Bad,
}

#[derive(Debug)]
pub(crate) struct Call<'m> {
    pub function: Expr<'m>,
    pub args: Vec<Expr<'m>>,
    pub spread: bool,
}

#[derive(Debug)]
pub(crate) struct Element<'m> {
    pub key: Option<Expr<'m>>,
    pub value: Expr<'m>,
}

#[derive(Debug)]
pub(crate) struct FunctionLiteral<'m> {
    pub signature: Signature<'m>,
    pub body: Vec<Stmt<'m>>,
}

/// A field of a struct type; an embedded one has its type's name.
#[derive(Debug)]
pub(crate) struct StructField<'m> {
    pub name: Ident<'m>,
    pub ty: Expr<'m>,
    pub tag: Option<&'m str>,
    pub embedded: bool,
}

#[derive(Debug)]
pub(crate) struct Stmt<'m> {
    pub kind: StmtKind<'m>,
    pub at: SourcePosition,
}

#[derive(Debug)]
pub(crate) enum StmtKind<'m> {
    Expr(Expr<'m>),
    /// `=` and `:=`; the flag tells a definition.
    Assign(Vec<Expr<'m>>, Vec<Expr<'m>>, bool),
    /// `x op= y`, `x++`, with the operator alone.
    Update(Box<Expr<'m>>, &'m str, Option<Box<Expr<'m>>>),
    Variables(Vec<ValueSpec<'m>>),
    Constants(Vec<ConstSpec<'m>>),
    If(Box<If<'m>>),
    For(Box<For<'m>>),
    Switch(Box<Switch<'m>>),
    Select(Vec<Case<'m>>),
    Return(Vec<Expr<'m>>),
    Go(Expr<'m>),
    Defer(Expr<'m>),
    Block(Vec<Stmt<'m>>),
    /// `break`, `continue`, `goto`, `fallthrough`.
    Jump(&'m str),
    Send(Box<Expr<'m>>, Box<Expr<'m>>),
    /// Declares nothing that has a value, or does nothing.
    Empty,
    Bad,
}

#[derive(Debug)]
pub(crate) struct If<'m> {
    pub init: Option<Stmt<'m>>,
    pub condition: Expr<'m>,
    pub then: Vec<Stmt<'m>>,
    pub otherwise: Option<Stmt<'m>>,
}

#[derive(Debug)]
pub(crate) struct For<'m> {
    pub init: Option<Stmt<'m>>,
    pub condition: Option<Expr<'m>>,
    pub post: Option<Stmt<'m>>,
    /// Key and value of a `range` clause, and what is ranged over.
    pub range: Option<(Vec<Expr<'m>>, Expr<'m>)>,
    pub body: Vec<Stmt<'m>>,
}

#[derive(Debug)]
pub(crate) struct Switch<'m> {
    pub init: Option<Stmt<'m>>,
    pub tag: Option<Expr<'m>>,
    /// The tag is `x.(type)`.
    pub on_type: bool,
    pub cases: Vec<Case<'m>>,
}

#[derive(Debug)]
pub(crate) struct Case<'m> {
    pub values: Vec<Expr<'m>>,
    /// The communication of a `select` case.
    pub communication: Option<Stmt<'m>>,
    pub is_default: bool,
    pub body: Vec<Stmt<'m>>,
}
