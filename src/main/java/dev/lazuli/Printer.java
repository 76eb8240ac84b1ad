package dev.lazuli;

import dev.lazuli.memory.Values;
import dev.lazuli.type.Dtype;
import dev.lazuli.type.Layout;
import java.lang.ref.Reference;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.DoubleFunction;

/// Prints arrays as MLX does: six significant digits, no alignment, the middle of axes longer than six left out.
final class Printer {
    private static final int MOST = 6;
    private static final int EDGE = 3;

    private final Layout layout;
    private final Dtype dtype;
    private final long base;
    private final DoubleFunction<String> number;
    private final StringBuilder text = new StringBuilder("array(");

    private Printer(Layout layout, Dtype dtype, long base, DoubleFunction<String> number) {
        this.layout = layout;
        this.dtype = dtype;
        this.base = base;
        this.number = number;
    }

    static String print(Array x) { return print(x, Printer::number); }

    static String print(Array x, int decimals) {
        if (decimals < 0) throw new IllegalArgumentException("toString: expected 0 or more decimals, got " + decimals);
        return print(x, value -> fixed(value, decimals));
    }

    private static String print(Array x, DoubleFunction<String> number) {
        var ready = x.ready();
        var printer = new Printer(ready.layout(), x.dtype(), ready.buffer().address(), number);
        printer.axis(0, ready.layout().offset());
        Reference.reachabilityFence(ready);
        return printer.text.append(", dtype=").append(x.dtype()).append(')').toString();
    }

    private void axis(int axis, long at) {
        if (axis == layout.shape().rank()) {
            text.append(element(base + at * dtype.bytes()));
            return;
        }
        int n = layout.shape().dim(axis);
        boolean rows = axis < layout.shape().rank() - 1;
        var gap = rows ? ",\n" + " ".repeat("array(".length() + axis + 1) : ", ";
        text.append('[');
        for (int i = 0; i < n; i++) {
            if (i > 0) text.append(gap);
            if (n > MOST && i == EDGE) {
                text.append("...").append(gap);
                i = n - EDGE;
            }
            axis(axis + 1, at + i * layout.stride(axis));
        }
        text.append(']');
    }

    private String element(long address) {
        return switch (dtype.kind()) {
            case BOOL -> Values.whole(address, dtype) != 0 ? "True" : "False";
            case SIGNED -> Long.toString(Values.whole(address, dtype));
            case UNSIGNED -> Long.toUnsignedString(Values.whole(address, dtype));
            case FLOAT -> number.apply(Values.real(address, dtype));
            case COMPLEX -> {
                double im = Values.real(address + 4, Dtype.FLOAT32);
                yield number.apply(Values.real(address, Dtype.FLOAT32)) + (im < 0 ? "" : "+") + number.apply(im) + "j";
            }
        };
    }

    /// As C's `%.3f` with so many decimals.
    private static String fixed(double value, int decimals) {
        if (!Double.isFinite(value)) return number(value);
        var digits = new BigDecimal(value).abs().setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
        return (Math.copySign(1, value) < 0 ? "-" : "") + digits;
    }

    /// As C's `%g`: six significant digits without trailing zeros, an exponent below 1e-4 and from 1e6 on.
    static String number(double value) {
        if (Double.isNaN(value)) return "nan";
        if (Double.isInfinite(value)) return value > 0 ? "inf" : "-inf";
        if (value == 0) return 1 / value < 0 ? "-0" : "0";
        var rounded = new BigDecimal(value).round(new MathContext(6, RoundingMode.HALF_EVEN)).stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent >= -4 && exponent < 6) return rounded.toPlainString();
        var digits = rounded.unscaledValue().abs().toString();
        return (value < 0 ? "-" : "") + digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "")
            + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }
}
