//! A pool of threads for short, frequent pieces of work.
//!
//! A training step is some dozens of parallel regions of a few hundred microseconds. Threads that
//! sleep between them would cost more than they bring, so a worker that runs out of work watches
//! for more for some microseconds before it goes to sleep.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

/// A share in a pool of threads; clones share the same pool.
///
/// Nothing that is computed depends on how many threads there are.
#[derive(Clone)]
pub struct Threads {
    /// None: everything runs on the calling thread.
    pool: Option<Arc<Pool>>,
}

struct Pool {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

/// What the callers and the workers of a pool have in common.
struct Shared {
    /// `generation << 16 | OPEN | number of workers inside`. A worker may touch `job` only while
    /// it is counted as inside, and it can enter only while the gate is open.
    gate: AtomicU64,
    job: UnsafeCell<Job>,
    /// The next task that nobody has taken; or, for tasks that have a home, which were taken.
    next: AtomicUsize,
    taken: Vec<AtomicBool>,
    /// Whether some caller is using the pool.
    busy: AtomicBool,
    panicked: AtomicBool,
    stop: AtomicBool,
    sleeping: AtomicUsize,
    bed: Mutex<()>,
    bell: Condvar,
}

const OPEN: u64 = 1 << 15;
const INSIDE: u64 = OPEN - 1;
/// How often a worker looks for work before it sleeps: about a tenth of a millisecond.
const LOOKS: usize = 2_000;

/// A closure with its type erased; `call(closure, task)` runs one task.
#[derive(Clone, Copy)]
struct Job {
    call: unsafe fn(*const (), usize),
    closure: *const (),
    tasks: usize,
    /// Whether each task belongs to the thread of its number.
    at_home: bool,
}

// SAFETY: `job` is written only by the caller that holds `busy`, while the gate is closed and
// nobody is inside; workers read it only while inside.
unsafe impl Sync for Shared {}
// SAFETY: the pointers in `job` are used only while the closure they point to is borrowed (see `run`).
unsafe impl Send for Shared {}

impl Threads {
    /// A pool in which `count` threads work, the calling one included; 0 counts as 1.
    pub fn new(count: usize) -> Self {
        Self::prepared(count, || {})
    }

    /// As [`Threads::new`]; each new thread calls `prepare` before it begins.
    pub fn prepared(count: usize, prepare: fn()) -> Self {
        if count <= 1 {
            return Self::serial();
        }
        let shared = Arc::new(Shared {
            gate: AtomicU64::new(0),
            job: UnsafeCell::new(Job {
                call: |_, _| {},
                closure: std::ptr::null(),
                tasks: 0,
                at_home: false,
            }),
            next: AtomicUsize::new(0),
            taken: (0..count).map(|_| AtomicBool::new(false)).collect(),
            busy: AtomicBool::new(false),
            panicked: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            sleeping: AtomicUsize::new(0),
            bed: Mutex::new(()),
            bell: Condvar::new(),
        });
        // A machine that grants no more threads still computes, only slower.
        let workers = (1..count)
            .map_while(|number| {
                let shared = Arc::clone(&shared);
                std::thread::Builder::new()
                    .name(format!("glassbox-compute-{number}"))
                    .spawn(move || {
                        prepare();
                        work(&shared, number);
                    })
                    .ok()
            })
            .collect();
        Self { pool: Some(Arc::new(Pool { shared, workers })) }
    }

    /// No pool: everything runs on the calling thread.
    pub fn serial() -> Self {
        Self { pool: None }
    }

    /// As many threads as the machine runs at once.
    pub fn of_this_machine() -> Self {
        Self::new(Self::count_of_this_machine())
    }

    /// How many threads the machine runs at once.
    pub fn count_of_this_machine() -> usize {
        std::thread::available_parallelism().map_or(1, usize::from)
    }

    /// How many threads work, the calling one included.
    pub fn count(&self) -> usize {
        self.pool.as_ref().map_or(1, |pool| pool.workers.len() + 1)
    }

    /// Runs `task(0) … task(tasks - 1)`, each once, in any order, and waits for all of them.
    ///
    /// A pool that is already in use (by another thread, or by the very task that asks) does not
    /// make anyone wait: the calling thread then does the work alone.
    ///
    /// # Panics
    /// If a task panics, after all have ended.
    pub fn run<F: Fn(usize) + Sync>(&self, tasks: usize, task: F) {
        self.share(tasks, false, task);
    }

    /// Runs one task for each thread, `task(0) … task(count - 1)`, like [`Threads::run`]; the task of a
    /// number runs on the same thread each time unless that thread is late.
    ///
    /// For work that comes again and again on the same memory: each part stays in one core's cache.
    ///
    /// # Panics
    /// As [`Threads::run`].
    pub fn run_at_home<F: Fn(usize) + Sync>(&self, task: F) {
        self.share(self.count(), true, task);
    }

    fn share<F: Fn(usize) + Sync>(&self, tasks: usize, at_home: bool, task: F) {
        let free = |pool: &&Arc<Pool>| tasks > 1 && !pool.shared.busy.swap(true, Ordering::Acquire);
        match self.pool.as_ref().filter(free) {
            Some(pool) => pool.shared.run(tasks, at_home, &task),
            None => (0..tasks).for_each(task),
        }
    }

    /// Runs `work(index, item)` for every item, items shared out among the threads.
    pub fn for_each<I: Send, F: Fn(usize, &mut I) + Sync>(&self, items: &mut [I], work: F) {
        let base = Pointer(items.as_mut_ptr());
        self.run(items.len(), |index| {
            // SAFETY: each index is run once and lies within the slice, which outlives `run`.
            work(index, unsafe { &mut *base.at(index) });
        });
    }
}

impl Shared {
    /// The caller's side of a parallel region; `busy` has been taken.
    fn run<F: Fn(usize) + Sync>(&self, tasks: usize, at_home: bool, task: &F) {
        unsafe fn call<F: Fn(usize)>(closure: *const (), index: usize) {
            // SAFETY: `closure` is the `&F` that `run` published and still borrows.
            unsafe { (*closure.cast::<F>())(index) }
        }
        let closure = std::ptr::from_ref(task).cast();
        let job = Job { call: call::<F>, closure, tasks, at_home };
        // SAFETY: the gate is closed and nobody is inside, so nobody else looks at the job.
        unsafe { *self.job.get() = job };
        self.next.store(0, Ordering::Relaxed);
        self.taken.iter().for_each(|taken| taken.store(false, Ordering::Relaxed));
        let generation = (self.gate.load(Ordering::Relaxed) >> 16) + 1;
        self.gate.store(generation << 16 | OPEN, Ordering::SeqCst);
        if self.sleeping.load(Ordering::SeqCst) > 0 {
            drop(self.bed.lock().unwrap_or_else(PoisonError::into_inner));
            self.bell.notify_all();
        }
        self.take_tasks(job, 0);
        // Close the gate; whoever came in finishes its task before the closure may go away.
        self.gate.fetch_and(!OPEN, Ordering::AcqRel);
        let mut looks = 0usize;
        while self.gate.load(Ordering::Acquire) & INSIDE != 0 {
            looks += 1;
            if looks > 50_000 { std::thread::yield_now() } else { std::hint::spin_loop() }
        }
        let panicked = self.panicked.swap(false, Ordering::Relaxed);
        self.busy.store(false, Ordering::Release);
        assert!(!panicked, "a parallel task panicked");
    }

    /// Takes tasks until none is left, as the thread of that number.
    fn take_tasks(&self, job: Job, number: usize) {
        if job.at_home {
            // One's own task first, then those of threads that are late.
            let tasks = (0..job.tasks).map(|i| (number + i) % job.tasks);
            tasks
                .filter(|&task| !self.taken[task].swap(true, Ordering::Relaxed))
                .for_each(|task| self.perform(job, task));
            return;
        }
        loop {
            let task = self.next.fetch_add(1, Ordering::Relaxed);
            if task >= job.tasks {
                return;
            }
            self.perform(job, task);
        }
    }

    /// Runs one task. A panic is noted, not passed on: others still borrow the job.
    fn perform(&self, job: Job, task: usize) {
        // SAFETY: the closure lives until everyone has left (see `run`), and is `Sync`.
        let task = std::panic::AssertUnwindSafe(|| unsafe { (job.call)(job.closure, task) });
        if std::panic::catch_unwind(task).is_err() {
            self.panicked.store(true, Ordering::Relaxed);
        }
    }

    /// Tries to go in through the gate, once for each generation.
    fn enter(&self, last: &mut u64) -> bool {
        let gate = self.gate.load(Ordering::Acquire);
        if gate & OPEN == 0 || gate >> 16 == *last {
            return false;
        }
        let entered =
            self.gate.compare_exchange_weak(gate, gate + 1, Ordering::AcqRel, Ordering::Relaxed);
        if entered.is_ok() {
            *last = gate >> 16;
        }
        entered.is_ok()
    }
}

/// The life of a worker; the caller of a region is number 0.
fn work(shared: &Shared, number: usize) {
    let mut last = 0;
    let mut looks = 0;
    while !shared.stop.load(Ordering::Relaxed) {
        if shared.enter(&mut last) {
            // SAFETY: we are inside, so the job is not being written.
            let job = unsafe { *shared.job.get() };
            shared.take_tasks(job, number);
            shared.gate.fetch_sub(1, Ordering::Release);
            looks = 0;
        } else if looks < LOOKS {
            looks += 1;
            std::hint::spin_loop();
        } else {
            sleep(shared, last);
            looks = 0;
        }
    }
}

/// Sleeps until the bell rings, unless work came in the meantime.
fn sleep(shared: &Shared, last: u64) {
    let bed = shared.bed.lock().unwrap_or_else(PoisonError::into_inner);
    shared.sleeping.fetch_add(1, Ordering::SeqCst);
    let gate = shared.gate.load(Ordering::SeqCst);
    let nothing_to_do = gate & OPEN == 0 || gate >> 16 == last;
    if nothing_to_do && !shared.stop.load(Ordering::SeqCst) {
        drop(shared.bell.wait(bed));
    }
    shared.sleeping.fetch_sub(1, Ordering::SeqCst);
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        drop(self.shared.bed.lock().unwrap_or_else(PoisonError::into_inner));
        self.shared.bell.notify_all();
        for worker in self.workers.drain(..) {
            // A worker catches the panics of its tasks, so it ends in order.
            worker.join().ok();
        }
    }
}

/// A pointer that tasks may share because each touches its own part.
pub(super) struct Pointer<T>(pub *mut T);

impl<T> Pointer<T> {
    pub(super) fn at(&self, index: usize) -> *mut T {
        self.0.wrapping_add(index)
    }
}

// SAFETY: whoever makes one sees to it that no two tasks touch the same element.
unsafe impl<T: Send> Sync for Pointer<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_runs_once() {
        for count in [1, 2, 3, 8] {
            let threads = Threads::new(count);
            assert_eq!(threads.count(), count);
            for tasks in [0, 1, 2, 7, 1000] {
                let mut runs = vec![0u32; tasks];
                threads.for_each(&mut runs, |_, run| *run += 1);
                assert!(runs.iter().all(|&run| run == 1), "{count} threads, {tasks} tasks");
            }
            for _ in 0..100 {
                let runs: Vec<AtomicUsize> = (0..count).map(|_| AtomicUsize::new(0)).collect();
                threads.run_at_home(|i| {
                    runs[i].fetch_add(1, Ordering::Relaxed);
                });
                assert!(runs.into_iter().all(|run| run.into_inner() == 1), "{count} threads");
            }
        }
    }

    #[test]
    fn each_new_thread_prepares_itself_before_it_works() {
        static PREPARED: AtomicUsize = AtomicUsize::new(0);
        let threads = Threads::prepared(4, || {
            PREPARED.fetch_add(1, Ordering::Relaxed);
        });
        let started = std::time::Instant::now();
        while PREPARED.load(Ordering::Relaxed) < 3 && started.elapsed().as_secs() < 20 {
            std::thread::yield_now();
        }
        drop(threads);
        assert_eq!(PREPARED.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn regions_may_nest_and_workers_may_sleep() {
        let threads = Threads::new(2);
        let sum = AtomicUsize::new(0);
        for _ in 0..3 {
            threads.run(4, |i| {
                threads.run(5, |j| {
                    sum.fetch_add(i * j, Ordering::Relaxed);
                })
            });
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        assert_eq!(sum.into_inner(), 3 * 6 * 10);
    }

    #[test]
    fn two_callers_share_a_pool() {
        let threads = Threads::new(2);
        let sum = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..2000 {
                        threads.run(3, |i| {
                            sum.fetch_add(i, Ordering::Relaxed);
                        });
                    }
                });
            }
        });
        assert_eq!(sum.into_inner(), 2 * 2000 * 3);
    }

    #[test]
    fn a_panic_is_passed_on_and_the_pool_lives() {
        let threads = Threads::new(2);
        let broken = std::panic::AssertUnwindSafe(|| threads.run(4, |i| assert!(i != 2)));
        assert!(std::panic::catch_unwind(broken).is_err());
        let mut items = [0; 9];
        threads.for_each(&mut items, |i, item| *item = i);
        assert_eq!(items[8], 8);
    }
}
