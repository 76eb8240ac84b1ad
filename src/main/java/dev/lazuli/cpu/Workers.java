package dev.lazuli.cpu;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/// The threads that share a kernel's work with its caller.
///
/// They are daemons, started with the first large range, and spin for a moment before they park: kernels of one
/// evaluation follow each other within microseconds. Whoever finds them busy, a nested call or another application
/// thread, runs its range alone; so nobody ever waits for work that has not begun.
public final class Workers {

    /// Work on the half-open range [from, to); `from` is a multiple of the grain.
    @FunctionalInterface
    public interface Range { void run(long from, long to); }

    private static final int COUNT = Math.max(1,
        Integer.getInteger("lazuli.threads", Runtime.getRuntime().availableProcessors()));

    /// Long enough to bridge the gap between two kernels, short enough to leave an idle machine idle.
    private static final long SPIN_NANOS = COUNT > Runtime.getRuntime().availableProcessors() ? 0 : 50_000;

    /// Several chunks a thread, so that one that starts late or is preempted holds up little.
    private static final int CHUNKS_PER_THREAD = 16;

    private static volatile @Nullable Job current;
    private static final VarHandle CURRENT;
    private static final VarHandle DONE;
    private static final VarHandle SHARES = MethodHandles.arrayElementVarHandle(long[].class);

    static {
        try {
            var lookup = MethodHandles.lookup();
            CURRENT = lookup.findStaticVarHandle(Workers.class, "current", Job.class);
            DONE = lookup.findVarHandle(Job.class, "done", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Workers() {}

    /// Threads that take part in a range, the caller among them: property `lazuli.threads`, else the processors the
    /// process may use.
    public static int count() { return COUNT; }

    /// Runs `body` over [0, n) in chunks that are multiples of `grain`, on all free workers and the calling thread.
    ///
    /// Each thread has a share of its own, which it walks from the front, so that what it reads from memory goes on
    /// where the last chunk ended; who is done takes chunks from the end of others' shares.
    ///
    /// A range of at most one grain runs inline. An exception of any chunk is thrown here, after every chunk that had
    /// begun is over; the rest is skipped.
    public static void forRange(long n, long grain, Range body) {
        if (n <= 0) return;
        if (n <= grain || COUNT == 1 || current != null) {
            body.run(0, n);
            return;
        }
        long grains = (n + grain - 1) / grain;
        long chunk = Math.max(1, grains / ((long) COUNT * CHUNKS_PER_THREAD)) * grain;
        var job = new Job(body, n, chunk);
        if (!CURRENT.compareAndSet(null, job)) {
            body.run(0, n);
            return;
        }
        try {
            Worker.wake(Math.min(COUNT, job.chunks) - 1);
            job.work(0);
            job.await();
        } finally {
            current = null;
        }
        job.check();
    }

    private static final class Job {
        private final Range body;
        private final long n;
        private final long chunk;
        private final int chunks;
        private final Thread caller = Thread.currentThread();

        /// The chunks that nobody has taken of each thread's share: the first in the upper half, the end in the lower.
        private final long[] shares = new long[COUNT];
        private volatile int done;
        private volatile boolean waiting;
        private volatile @Nullable Throwable failure;

        Job(Range body, long n, long chunk) {
            this.body = body;
            this.n = n;
            this.chunk = chunk;
            chunks = (int) ((n + chunk - 1) / chunk);
            for (int i = 0; i < COUNT; i++)
                shares[i] = (long) chunks * i / COUNT << 32 | (long) chunks * (i + 1) / COUNT;
        }

        boolean hasWork() {
            for (int i = 0; i < COUNT; i++) {
                long share = (long) SHARES.getVolatile(shares, i);
                if (share >>> 32 < (int) share) return true;
            }
            return false;
        }

        /// Takes chunks until none is left, of its own share first.
        void work(int self) {
            for (int i = 0; i < COUNT; i++)
                for (int c = take((self + i) % COUNT, i == 0); c >= 0; c = take((self + i) % COUNT, i == 0)) run(c);
        }

        /// A chunk of a thread's share, the first or the last; -1 if none is left.
        private int take(int of, boolean first) {
            while (true) {
                long share = (long) SHARES.getVolatile(shares, of);
                int from = (int) (share >>> 32), to = (int) share;
                if (from == to) return -1;
                if (SHARES.compareAndSet(shares, of, share, first ? share + (1L << 32) : share - 1))
                    return first ? from : to - 1;
            }
        }

        private void run(int c) {
            try {
                if (failure == null) body.run(c * chunk, Math.min(n, (c + 1) * chunk));
            } catch (Throwable e) {
                failure = e;
            }
            int before = (int) DONE.getAndAdd(this, 1);
            if (before + 1 == chunks && waiting) LockSupport.unpark(caller);
        }

        void await() {
            long start = System.nanoTime();
            while (done < chunks && System.nanoTime() - start < SPIN_NANOS) Thread.onSpinWait();
            if (done == chunks) return;
            boolean interrupted = false;
            waiting = true;
            while (done < chunks) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) Thread.currentThread().interrupt();
        }

        void check() {
            switch (failure) {
                case null -> {}
                case Error e -> throw e;
                case RuntimeException e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }
    }

    private static final class Worker implements Runnable {
        private static final Worker[] ALL = new Worker[COUNT - 1];

        static {
            for (int i = 0; i < ALL.length; i++) {
                ALL[i] = new Worker(i + 1);
                ALL[i].thread = Thread.ofPlatform().daemon().name("lazuli-", i + 1).unstarted(ALL[i]);
            }
            for (var worker : ALL) worker.thread.start();
        }

        private final int self;
        private Thread thread = Thread.currentThread();
        private volatile boolean parked;

        Worker(int self) { this.self = self; }

        /// Unparks up to `wanted` workers; those that spin count, for they see the job by themselves.
        static void wake(int wanted) {
            for (var worker : ALL) {
                if (wanted-- <= 0) return;
                if (worker.parked) {
                    worker.parked = false;
                    LockSupport.unpark(worker.thread);
                }
            }
        }

        @Override public void run() {
            while (true) next().work(self);
        }

        private Job next() {
            long start = System.nanoTime();
            while (true) {
                var job = current;
                if (job != null && job.hasWork()) return job;
                if (System.nanoTime() - start < SPIN_NANOS) {
                    Thread.onSpinWait();
                    continue;
                }
                parked = true;
                job = current;
                if (job == null || !job.hasWork()) LockSupport.park(this);
                parked = false;
                start = System.nanoTime();
            }
        }
    }
}
