package dev.lazuli.compiler;

import dev.lazuli.event.KernelRun;
import dev.lazuli.type.Layout;
import dev.lazuli.type.Shape;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who looks on while kernels run: the Flight Recorder, and whoever profiles on this thread.
public final class Watch {
    /// Is told of each kernel when it is done, by the thread that ran it.
    @FunctionalInterface
    public interface Observer {
        /// @param bytes read and written, each operand once
        void ran(String kernel, Shape shape, long nanos, long bytes);
    }

    private static final ScopedValue<Observer> OBSERVER = ScopedValue.newInstance();

    private final @Nullable Observer observer;
    private final boolean recorded;
    private KernelRun event = new KernelRun();
    private long start;

    private Watch(@Nullable Observer observer) {
        this.observer = observer;
        recorded = event.isEnabled();
    }

    /// Runs work whose kernels an observer is told of.
    public static void watched(Observer observer, Runnable work) {
        ScopedValue.where(OBSERVER, observer).run(work);
    }

    /// Work for other threads, watched by whoever watches here.
    static <T> Consumer<T> watching(Consumer<T> work) {
        if (!OBSERVER.isBound()) return work;
        var observer = OBSERVER.get();
        return x -> watched(observer, () -> work.accept(x));
    }

    static Watch current() { return new Watch(OBSERVER.isBound() ? OBSERVER.get() : null); }

    boolean isOn() { return recorded || observer != null; }

    void begin() {
        if (!isOn()) return;
        event = new KernelRun();
        event.begin();
        start = System.nanoTime();
    }

    void ran(Plan.Step step, List<Capture.Entry> entries, Run.@Nullable Value[] values) {
        long nanos = System.nanoTime() - start;
        event.end();
        var node = entries.get(step.out()).node();
        var label = entries.get(step.out()).op().label();
        long bytes = node.shape().size() * node.dtype().bytes();
        if (step instanceof Plan.Fused fused) {
            int more = fused.program().steps().size() - fused.program().inputs() - 1;
            if (more > 0) label += " and " + more + " more";
            for (var input : fused.inputs())
                bytes += read(values[input.entry()].layout(), entries.get(input.entry()));
        } else if (step instanceof Plan.Call call)
            for (int input : call.inputs()) bytes += read(values[input].layout(), entries.get(input));
        if (observer != null) observer.ran(label, node.shape(), nanos, bytes);
        if (!event.shouldCommit()) return;
        event.kernel = label;
        event.shape = node.shape().toString();
        event.bytes = bytes;
        event.commit();
    }

    /// Bytes of the elements that a layout shows, those that repeat once.
    private static long read(Layout layout, Capture.Entry entry) {
        long size = entry.node().dtype().bytes();
        for (int i = 0; i < layout.shape().rank(); i++) if (layout.strides()[i] != 0) size *= layout.shape().dim(i);
        return size;
    }
}
