package dev.lazuli;

/// How a kernel meets an array; one number stands for all axes.
///
/// @param stride from a place of the kernel to the next
/// @param before zeros before the array along each axis; fewer than none cuts it
/// @param after  zeros after it
/// @param dilation from an element of the kernel to the next
/// @param inputDilation from an element of the array to the next, zeros between them
/// @param groups of channels that meet kernels of their own
/// @param flip whether the kernel is turned round, as mathematics has it
public record Convolving(int[] stride, int[] before, int[] after, int[] dilation, int[] inputDilation, int groups,
                         boolean flip) {
    private static final int[] ONE = {1};

    /// Every place, without padding.
    public static final Convolving PLAIN =
        new Convolving(ONE, new int[] {0}, new int[] {0}, ONE, ONE, 1, false);

    /// The same with another stride.
    ///
    /// ```
    /// convGeneral(ones(1, 6, 1), ones(1, 2, 1), Convolving.PLAIN.stride(2)).shape()    // (1, 3, 1)
    /// ```
    public Convolving stride(int... stride) {
        return new Convolving(stride, before, after, dilation, inputDilation, groups, flip);
    }

    /// The same with so many zeros on both sides.
    ///
    /// ```
    /// convGeneral(ones(1, 6, 1), ones(1, 3, 1), Convolving.PLAIN.padding(1)).shape()    // (1, 6, 1)
    /// ```
    public Convolving padding(int... padding) {
        return new Convolving(stride, padding, padding, dilation, inputDilation, groups, flip);
    }

    /// The same with the elements of the kernel apart.
    ///
    /// ```
    /// convGeneral(ones(1, 6, 1), ones(1, 3, 1), Convolving.PLAIN.dilation(2)).shape()    // (1, 2, 1)
    /// ```
    public Convolving dilation(int... dilation) {
        return new Convolving(stride, before, after, dilation, inputDilation, groups, flip);
    }

    /// The same in groups of channels.
    ///
    /// ```
    /// convGeneral(ones(1, 6, 4), ones(2, 3, 2), Convolving.PLAIN.groups(2)).shape()    // (1, 4, 2)
    /// ```
    public Convolving groups(int groups) {
        return new Convolving(stride, before, after, dilation, inputDilation, groups, flip);
    }
}
