package dev.lazuli.type;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A queue of work on a device. An operation belongs to the stream in whose scope it is written, wherever it is
/// evaluated; operations on different streams may run at once, each after those that it needs.
///
/// A scope is a [ScopedValue]: it ends with the call, and other threads do not see it unless the JDK hands it on.
public final class Stream {
    private static final ScopedValue<Stream> CURRENT = ScopedValue.newInstance();
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Map<Device, Stream> DEFAULTS = new ConcurrentHashMap<>();

    /// Whether any stream but the first exists: programs with one do not look for another.
    private static volatile boolean several;
    private static final Stream FIRST = new Stream(Device.CPU);
    private static volatile Stream chosen = FIRST;

    private final Device device;
    private final int index;

    private Stream(Device device) {
        this.device = device;
        index = COUNT.getAndIncrement();
        several = index > 0;
    }

    /// A new stream.
    public static Stream on(Device device) { return new Stream(device); }

    /// The stream of what is written here.
    public static Stream current() { return several ? CURRENT.orElse(chosen) : FIRST; }

    /// The stream of a device: the one in whose scope this is called, or the one chosen for it, or its first.
    public static Stream of(Device device) {
        var current = current();
        return current.device.equals(device) ? current : outside(device);
    }

    private static Stream outside(Device device) {
        return DEFAULTS.computeIfAbsent(device, d -> d.equals(Device.CPU) ? FIRST : new Stream(d));
    }

    /// Makes this the stream of its device outside of all scopes.
    public void choose() {
        DEFAULTS.put(device, this);
        if (chosen.device.equals(device)) chosen = this;
    }

    /// Makes a device's stream the one of what is written outside of all scopes.
    public static void choose(Device device) { chosen = outside(device); }

    /// Whether there are others than the first.
    public static boolean several() { return several; }

    /// Where its work runs.
    public Device device() { return device; }

    /// Does some work, whose operations are this stream's.
    ///
    /// ```
    /// var s = newStream(Device.CPU);
    /// s.run(() -> asyncEval(ones(3).mul(2)));
    /// synchronize(s);
    /// ```
    public void run(Runnable work) {
        call(() -> {
            work.run();
            return this;
        });
    }

    /// The result of some work, whose operations are this stream's.
    ///
    /// ```
    /// var s = newStream(Device.CPU);
    /// var x = s.call(() -> ones(3).mul(2));    // belongs to s
    /// x.add(1)                                 // array([3, 3, 3], dtype=float32)
    /// ```
    public <R, X extends Throwable> R call(ScopedValue.CallableOp<? extends R, X> work) throws X {
        return ScopedValue.where(CURRENT, this).call(work);
    }

    /// As MLX prints it: `Stream(Device(cpu, 0), 1)`.
    @Override public String toString() { return "Stream(" + device + ", " + index + ")"; }
}
