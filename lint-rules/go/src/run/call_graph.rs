//! What functions may call. Methods are known by their names alone: all of one name may be meant.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::source::GoRepository;

use super::relevance::{CalledFunction, import};

/// Functions looked through for what a function that is not followed may assign to.
const MAX_CALLEES: usize = 1_500;

/// Functions by their indices, and after them the names of methods. A function calls functions and names, a name all
/// methods that are called so: without names between them there were as many pairs as callers times methods.
#[derive(Default)]
pub(super) struct CallGraph {
    functions: usize,
    callees: Vec<Box<[u32]>>,
}

impl CallGraph {
    pub(super) fn of(repository: &GoRepository<'_>, functions: &[CalledFunction<'_>]) -> Self {
        let mut plain: HashMap<(usize, &str), Vec<u32>> = HashMap::new();
        let mut methods: HashMap<&str, u32> = HashMap::new();
        let mut of_name: Vec<Vec<u32>> = Vec::new();
        for (index, called) in functions.iter().enumerate() {
            let name = called.function.name.name;
            let index = number(index);
            if called.function.receiver.is_some() {
                let at = *methods.entry(name).or_insert_with(|| {
                    of_name.push(Vec::new());
                    number(of_name.len() - 1)
                });
                if let Some(of_name) = of_name.get_mut(at_of(at)) {
                    of_name.push(index);
                }
            } else {
                let package = called.package;
                plain.entry((package, name)).or_default().push(index);
            }
        }
        let first_name = number(functions.len());
        let mut callees: Vec<Box<[u32]>> = Vec::with_capacity(functions.len() + of_name.len());
        let mut imports: HashMap<&str, Option<usize>> = HashMap::new();
        let mut of_file = None;
        for caller in functions {
            if of_file.replace((caller.package, caller.file)) != Some((caller.package, caller.file))
            {
                imports.clear();
            }
            let mut called: Vec<u32> = Vec::new();
            for (before, name) in caller.names() {
                let package = match before {
                    "" => Some(caller.package),
                    before => *imports
                        .entry(before)
                        .or_insert_with(|| import(repository, caller, before)),
                };
                let functions = package.and_then(|package| plain.get(&(package, name)));
                called.extend(functions.into_iter().flatten());
                let name = methods.get(name);
                called.extend(name.map(|name| first_name.saturating_add(*name)));
            }
            called.sort_unstable();
            called.dedup();
            callees.push(called.into_boxed_slice());
        }
        callees.extend(of_name.into_iter().map(Vec::into_boxed_slice));
        Self {
            functions: functions.len(),
            callees,
        }
    }

    /// Who calls each function and each name.
    pub(super) fn callers(&self) -> Vec<Vec<u32>> {
        let mut callers = vec![Vec::new(); self.callees.len()];
        for (caller, callees) in self.callees.iter().enumerate() {
            for callee in callees {
                if let Some(callers) = callers.get_mut(at_of(*callee)) {
                    callers.push(number(caller));
                }
            }
        }
        callers
    }

    /// A function with all that it may call; `None`: too many.
    pub(super) fn called(&self, start: usize) -> Option<Rc<[u32]>> {
        let start = number(start);
        let mut seen = HashSet::from([start]);
        let mut called = Vec::new();
        let mut stack = vec![start];
        while let Some(at) = stack.pop() {
            if at_of(at) < self.functions {
                called.push(at);
            }
            for next in self.callees.get(at_of(at)).into_iter().flatten() {
                if seen.insert(*next) {
                    stack.push(*next);
                }
            }
            if called.len() > MAX_CALLEES {
                return None;
            }
        }
        Some(called.into())
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// An index from the number that stands for it.
pub(super) fn at_of(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
