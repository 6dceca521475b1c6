//! The threads that read files.

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::status::CommandError;

/// With so many files or fewer a second thread costs more than it brings.
const MAX_SERIAL_FILES: usize = 24;

/// How many threads read files.
pub struct ReaderThreads {
    wanted: Option<u16>,
}

impl ReaderThreads {
    /// As many as are wanted, else as the machine has cores.
    pub const fn new(wanted: Option<u16>) -> Self {
        Self { wanted }
    }

    /// The threads for so many files; `None`: the present one is enough.
    ///
    /// # Errors
    /// Threads that cannot be started.
    pub fn for_files(&self, files: usize) -> Result<Option<ThreadPool>, CommandError> {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = self.wanted.map_or_else(cores, usize::from);
        if files <= MAX_SERIAL_FILES || threads <= 1 {
            return Ok(None);
        }
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        pool.map(Some).map_err(|error| {
            CommandError::usage(format_args!("cannot start {threads} threads: {error}"))
        })
    }

    /// Makes something of each of a list, side by side if there are many.
    ///
    /// # Errors
    /// Threads that cannot be started.
    pub fn map<T: Sync, M: Send>(
        &self,
        list: &[T],
        make: impl Fn(usize, &T) -> M + Sync,
    ) -> Result<Vec<M>, CommandError> {
        let make = |(at, one): (usize, &T)| make(at, one);
        Ok(match self.for_files(list.len())? {
            None => list.iter().enumerate().map(make).collect(),
            Some(pool) => pool.install(|| list.par_iter().enumerate().map(make).collect()),
        })
    }
}
