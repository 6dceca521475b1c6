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

    /// The threads for so many files.
    ///
    /// # Errors
    /// Threads that cannot be started.
    pub fn start(&self, files: usize) -> Result<ThreadPool, CommandError> {
        let threads = self.for_files(files);
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        pool.map_err(|error| {
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
        if self.for_files(list.len()) <= 1 {
            return Ok(list.iter().enumerate().map(make).collect());
        }
        let pool = self.start(list.len())?;
        Ok(pool.install(|| list.par_iter().enumerate().map(make).collect()))
    }

    fn for_files(&self, files: usize) -> usize {
        if files <= MAX_SERIAL_FILES {
            return 1;
        }
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.wanted.map_or_else(cores, usize::from)
    }
}
