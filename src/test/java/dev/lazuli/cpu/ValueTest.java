package dev.lazuli.cpu;

import static org.junit.jupiter.api.Assertions.*;

import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Dtype;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What the other tests compare with, against whole numbers and decimals of any size.
class ValueTest {
    private static BigInteger whole(Dtype dtype, long x) {
        return dtype == Dtype.UINT64 ? new BigInteger(Long.toUnsignedString(x)) : BigInteger.valueOf(x);
    }

    private static BigInteger wrapped(Dtype dtype, BigInteger x) {
        if (dtype.isBool()) return x.signum() == 0 ? BigInteger.ZERO : BigInteger.ONE;
        var size = BigInteger.ONE.shiftLeft(8 * dtype.bytes());
        var y = x.mod(size);
        return !dtype.isUnsigned() && y.testBit(8 * dtype.bytes() - 1) ? y.subtract(size) : y;
    }

    @Test void integersWrapInEveryType() {
        var random = new Random(1);
        for (var dtype : Programs.TYPES) for (int i = 0; i < 1000 && !dtype.isFloat(); i++) {
            long a = Programs.number(dtype, random, i);
            long b = Programs.number(dtype, random, i + 1);
            var x = whole(dtype, a);
            var y = whole(dtype, b);
            assertEquals(wrapped(dtype, x.add(y)), whole(dtype, Value.apply(Scalar.ADD, dtype, dtype, a, b)));
            assertEquals(wrapped(dtype, x.subtract(y)), whole(dtype, Value.apply(Scalar.SUB, dtype, dtype, a, b)));
            assertEquals(wrapped(dtype, x.multiply(y)), whole(dtype, Value.apply(Scalar.MUL, dtype, dtype, a, b)));
            assertEquals(x.max(y), whole(dtype, Value.apply(Scalar.MAX, dtype, dtype, a, b)));
            assertEquals(x.compareTo(y) < 0 ? 1 : 0, Value.apply(Scalar.LT, dtype, Dtype.BOOL, a, b));
            for (var to : Programs.TYPES)
                if (!to.isFloat())
                    assertEquals(wrapped(to, x), whole(to, Value.cast(dtype, to, a)), dtype + " to " + to);
        }
    }

    @Test void integersBecomeTheNearestFloat() {
        var random = new Random(2);
        for (var dtype : Programs.TYPES) for (int i = 0; i < 1000 && !dtype.isFloat(); i++) {
            long a = Programs.number(dtype, random, i);
            var x = new BigDecimal(whole(dtype, a));
            assertEquals(x.floatValue(), Value.real(Value.cast(dtype, Dtype.FLOAT32, a)));
            assertEquals(x.doubleValue(), Value.real(Value.cast(dtype, Dtype.FLOAT64, a)));
        }
    }

    @Test void doublesRoundToHalvesOnce() {
        double tie = 1 + 0x1p-11; // between two halves: a little more goes up, though float32 cannot hold it
        assertEquals(1, Value.real(Value.cast(Dtype.FLOAT64, Dtype.FLOAT16, Value.of(tie))));
        assertEquals(1 + 0x1p-10, Value.real(Value.cast(Dtype.FLOAT64, Dtype.FLOAT16, Value.of(tie + 0x1p-40))));
        assertEquals(1, Value.real(Value.cast(Dtype.FLOAT64, Dtype.FLOAT16, Value.of(tie - 0x1p-40))));
        assertEquals(1 + 0x1p-7, Value.real(Value.cast(Dtype.FLOAT64, Dtype.BFLOAT16, Value.of(1 + 0x1p-8 + 0x1p-40))));
        assertEquals(Double.POSITIVE_INFINITY, Value.real(Value.cast(Dtype.FLOAT64, Dtype.FLOAT16, Value.of(1e300))));
    }

    @Test void floatsBecomeIntegersTowardZero() {
        for (var dtype : Programs.TYPES) {
            if (dtype.isFloat() || dtype.isBool()) continue;
            assertEquals(2, Value.cast(Dtype.FLOAT32, dtype, Value.of(2.9)));
            assertEquals(0, Value.cast(Dtype.FLOAT32, dtype, Value.of(-0.9)));
            assertEquals(0, Value.cast(Dtype.FLOAT32, dtype, Value.of(Double.NaN)));
        }
        assertEquals(3_000_000_000L, Value.cast(Dtype.FLOAT32, Dtype.UINT32, Value.of(3e9)));
        assertEquals(0xC000_0000_0000_0000L, Value.cast(Dtype.FLOAT64, Dtype.UINT64, Value.of(0x1.8p63)));
        assertEquals(Integer.MAX_VALUE, Value.cast(Dtype.FLOAT32, Dtype.INT32, Value.of(3e9)));
    }
}
