package dev.lazuli.golden;

import dev.lazuli.Array;
import dev.lazuli.Fft;
import dev.lazuli.Fft.Norm;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How MLX's Fourier transforms are said in our API.
final class FftOperations {
    private FftOperations() {}

    private interface Line { Array of(Array x, @Nullable Integer n, int axis, Norm norm); }

    private interface Plane { Array of(Array x, int @Nullable [] s, int[] axes, Norm norm); }

    private interface Space { Array of(Array x, int @Nullable [] s, int @Nullable [] axes, Norm norm); }

    private interface Frequencies { Array of(int n, double d); }

    private interface Shift { Array of(Array x, int... axes); }

    private static Norm norm(Call c) {
        return c.arg("norm") instanceof String name ? Norm.valueOf(name.toUpperCase(Locale.ROOT)) : Norm.BACKWARD;
    }

    private static int @Nullable [] ints(Call c, String key) { return c.has(key) ? c.ints(key) : null; }

    private static void line(String name, Line f) {
        Operations.TABLE.put("mx.fft." + name, c -> List.of(
            f.of(c.x(), c.has("n") ? c.integer("n", 0) : null, c.integer("axis", -1), norm(c))));
    }

    private static void plane(String name, Plane f) {
        Operations.TABLE.put("mx.fft." + name, c -> List.of(
            f.of(c.x(), ints(c, "s"), c.has("axes") ? c.ints("axes") : new int[] {-2, -1}, norm(c))));
    }

    private static void space(String name, Space f) {
        Operations.TABLE.put("mx.fft." + name, c -> List.of(f.of(c.x(), ints(c, "s"), ints(c, "axes"), norm(c))));
    }

    private static void frequencies(String name, Frequencies f) {
        Operations.TABLE.put("mx.fft." + name, c -> List.of(f.of(c.integer("n", 0), c.number("d", 1))));
    }

    private static void shift(String name, Shift f) {
        Operations.TABLE.put("mx.fft." + name, c -> List.of(f.of(c.x(), c.ints("axes"))));
    }

    static void add() {
        line("fft", Fft::fft);
        line("ifft", Fft::ifft);
        line("rfft", Fft::rfft);
        line("irfft", Fft::irfft);
        plane("fft2", Fft::fft2);
        plane("ifft2", Fft::ifft2);
        plane("rfft2", Fft::rfft2);
        plane("irfft2", Fft::irfft2);
        space("fftn", Fft::fftn);
        space("ifftn", Fft::ifftn);
        space("rfftn", Fft::rfftn);
        space("irfftn", Fft::irfftn);
        frequencies("fftfreq", Fft::fftfreq);
        frequencies("rfftfreq", Fft::rfftfreq);
        shift("fftshift", Fft::fftshift);
        shift("ifftshift", Fft::ifftshift);
    }
}
