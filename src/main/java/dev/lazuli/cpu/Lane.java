package dev.lazuli.cpu;

import dev.lazuli.type.Dtype;
import java.lang.constant.ClassDesc;
import java.util.Locale;

/// What a lane of a vector holds: the names that generated code needs for it.
enum Lane {
    BYTE(byte.class),
    SHORT(short.class),
    INT(int.class),
    LONG(long.class),
    FLOAT(float.class),
    DOUBLE(double.class);

    private static final String PACKAGE = "jdk.incubator.vector.";
    static final ClassDesc VECTOR = ClassDesc.of(PACKAGE + "Vector");
    static final ClassDesc MASK = ClassDesc.of(PACKAGE + "VectorMask");
    static final ClassDesc SPECIES = ClassDesc.of(PACKAGE + "VectorSpecies");
    static final ClassDesc OPERATORS = ClassDesc.of(PACKAGE + "VectorOperators");
    static final ClassDesc UNARY = ClassDesc.of(PACKAGE + "VectorOperators$Unary");
    static final ClassDesc BINARY = ClassDesc.of(PACKAGE + "VectorOperators$Binary");
    static final ClassDesc ASSOCIATIVE = ClassDesc.of(PACKAGE + "VectorOperators$Associative");
    static final ClassDesc CONVERSION = ClassDesc.of(PACKAGE + "VectorOperators$Conversion");
    static final ClassDesc COMPARISON = ClassDesc.of(PACKAGE + "VectorOperators$Comparison");

    private final Class<?> type;
    private final ClassDesc vector;

    Lane(Class<?> type) {
        this.type = type;
        var rest = name().substring(1).toLowerCase(Locale.ROOT);
        vector = ClassDesc.of(PACKAGE + letter() + rest + "Vector");
    }

    /// What an element is in memory.
    static Lane stored(Dtype dtype) {
        return switch (dtype.bytes()) {
            case 1 -> BYTE;
            case 2 -> SHORT;
            default -> computed(dtype);
        };
    }

    /// What it is computed in; `bool` is a mask where it can be.
    static Lane computed(Dtype dtype) { return valueOf(Machine.of(dtype).name()); }

    Class<?> type() { return type; }

    ClassDesc primitive() { return Generated.desc(type); }

    ClassDesc vector() { return vector; }

    int bytes() {
        return switch (this) {
            case BYTE -> 1;
            case SHORT -> 2;
            case INT, FLOAT -> 4;
            case LONG, DOUBLE -> 8;
        };
    }

    boolean isFloat() { return this == FLOAT || this == DOUBLE; }

    /// Its letter in the names of conversions.
    char letter() { return name().charAt(0); }

    /// The integer lane as wide as this one.
    Lane bits() { return this == FLOAT ? INT : this == DOUBLE ? LONG : this; }
}
