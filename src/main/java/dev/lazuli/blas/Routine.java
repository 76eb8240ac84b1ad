package dev.lazuli.blas;

import dev.lazuli.memory.Ram;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Collections;
import java.util.function.LongUnaryOperator;

/// A routine of Fortran: it takes the address of every argument, and behind them, by value, the length of each text.
final class Routine {
    private final MethodHandle handle; // of one array of longs: to a machine an address is a number
    private final int arguments, texts;

    Routine(MemorySegment symbol, int arguments, int texts) {
        this.arguments = arguments;
        this.texts = texts;
        var types = Collections.nCopies(arguments + texts, ValueLayout.JAVA_LONG).toArray(MemoryLayout[]::new);
        handle = Linker.nativeLinker().downcallHandle(symbol, FunctionDescriptor.ofVoid(types))
            .asSpreader(long[].class, types.length);
    }

    /// Calls it with single letters, numbers, and arrays as `long` addresses. The last number is LAPACK's `INFO`: what
    /// it is afterwards is returned.
    ///
    /// @param memory gives the address of so many bytes
    int call(LongUnaryOperator memory, Object... given) {
        assert given.length == arguments;
        long frame = memory.applyAsLong(8L * arguments);
        var passed = new long[arguments + texts];
        Arrays.fill(passed, 1); // letters in a text
        for (int i = 0; i < arguments; i++) {
            long at = passed[i] = given[i] instanceof Long array ? array : frame + 8L * i;
            switch (given[i]) {
                case Long array -> {}
                case Integer n -> Ram.ALL.set(ValueLayout.JAVA_INT, at, n);
                case Float x -> Ram.ALL.set(ValueLayout.JAVA_FLOAT, at, x);
                case Double x -> Ram.ALL.set(ValueLayout.JAVA_DOUBLE, at, x);
                case Character letter -> Ram.ALL.set(ValueLayout.JAVA_BYTE, at, (byte) (char) letter);
                default -> throw new AssertionError(given[i]);
            }
        }
        try {
            handle.invokeExact(passed);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return Ram.ALL.get(ValueLayout.JAVA_INT, passed[arguments - 1]);
    }
}
