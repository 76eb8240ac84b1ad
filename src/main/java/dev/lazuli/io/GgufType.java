package dev.lazuli.io;

import dev.lazuli.type.BlockFormat;
import dev.lazuli.type.Dtype;
import org.jspecify.annotations.Nullable;

/// ggml's tensor types, named as ggml names them: elements are stored in blocks of fixed size along the last axis.
public enum GgufType {
    F32(0, Dtype.FLOAT32),
    F16(1, Dtype.FLOAT16),
    Q4_0(2, BlockFormat.Q4_0),
    Q4_1(3, BlockFormat.Q4_1),
    Q5_0(6, BlockFormat.Q5_0),
    Q5_1(7, BlockFormat.Q5_1),
    Q8_0(8, BlockFormat.Q8_0),
    Q8_1(9, 32, 36),
    Q2_K(10, BlockFormat.Q2_K),
    Q3_K(11, BlockFormat.Q3_K),
    Q4_K(12, BlockFormat.Q4_K),
    Q5_K(13, BlockFormat.Q5_K),
    Q6_K(14, BlockFormat.Q6_K),
    Q8_K(15, 256, 292),
    IQ2_XXS(16, 256, 66),
    IQ2_XS(17, 256, 74),
    IQ3_XXS(18, 256, 98),
    IQ1_S(19, 256, 50),
    IQ4_NL(20, 32, 18),
    IQ3_S(21, 256, 110),
    IQ2_S(22, 256, 82),
    IQ4_XS(23, 256, 136),
    I8(24, Dtype.INT8),
    I16(25, Dtype.INT16),
    I32(26, Dtype.INT32),
    I64(27, Dtype.INT64),
    F64(28, Dtype.FLOAT64),
    IQ1_M(29, 256, 56),
    BF16(30, Dtype.BFLOAT16),
    Q4_0_4_4(31, 32, 18),
    Q4_0_4_8(32, 32, 18),
    Q4_0_8_8(33, 32, 18),
    TQ1_0(34, 256, 54),
    TQ2_0(35, 256, 66),
    IQ4_NL_4_4(36, 32, 18),
    IQ4_NL_4_8(37, 32, 18),
    IQ4_NL_8_8(38, 32, 18),
    MXFP4(39, 32, 17),
    NVFP4(40, 64, 36),
    Q1_0(41, 128, 18);

    private final int id;
    private final int blockSize;
    private final int blockBytes;
    private final @Nullable Dtype dtype;
    private final @Nullable BlockFormat format;

    GgufType(int id, int blockSize, int blockBytes) { this(id, blockSize, blockBytes, null, null); }

    GgufType(int id, Dtype dtype) { this(id, 1, dtype.bytes(), dtype, null); }

    GgufType(int id, BlockFormat format) { this(id, format.elements(), format.bytes(), null, format); }

    GgufType(int id, int blockSize, int blockBytes, @Nullable Dtype dtype, @Nullable BlockFormat format) {
        this.id = id;
        this.blockSize = blockSize;
        this.blockBytes = blockBytes;
        this.dtype = dtype;
        this.format = format;
    }

    /// The number that stands for the type in a file.
    public int id() { return id; }

    /// Elements in a block.
    public int blockSize() { return blockSize; }

    /// Bytes a block occupies.
    public int blockBytes() { return blockBytes; }

    /// The element type of an array of the same bytes; null if the blocks are quantised.
    public @Nullable Dtype dtype() { return dtype; }

    /// The format of the blocks; null if arrays cannot be computed with as stored.
    public @Nullable BlockFormat format() { return format; }

    /// The type of an array's elements as they are; null if the format has none.
    public static @Nullable GgufType of(Dtype dtype) {
        for (var type : values()) if (type.dtype == dtype) return type;
        return null;
    }

    /// The type of an id; null if ggml has none.
    static @Nullable GgufType of(int id) {
        for (var type : values()) if (type.id == id) return type;
        return null;
    }
}
