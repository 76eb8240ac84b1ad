package dev.lazuli.cpu;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.lazuli.memory.Ram;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/// Writes calls of the Vector API: an instruction set for vectors of `lanes` lanes, whose operands are on the stack.
///
/// Numbers of 4 and of 8 bytes fill the provider's vectors whole: beside wider ones only the first lanes count. With
/// two shapes of `FloatVector` in a process, C2's profile of its methods is of both, and vectors that are carried
/// around a loop, in any kernel, were boxed in a third of the processes.
final class VectorCode {
    private static final ClassDesc RAM = Generated.desc(Ram.class);
    private static final ClassDesc SEGMENT = Generated.desc(MemorySegment.class);
    private static final ClassDesc ORDER = Generated.desc(ByteOrder.class);

    final CodeBuilder code;
    final int lanes;
    private int free;

    VectorCode(CodeBuilder code, int lanes, int free) {
        this.code = code;
        this.lanes = lanes;
        this.free = free;
    }

    /// A new local variable.
    int local(int slots) {
        free += slots;
        return free - slots;
    }

    /// Moves the object on top of the stack to a new local variable.
    int keep() {
        int local = local(1);
        code.astore(local);
        return local;
    }

    VectorCode get(int local) {
        code.aload(local);
        return this;
    }

    /// Lanes of a vector, those that do not count among them.
    private int width(Lane lane) { return lane.bytes() < 4 ? lanes : Vectors.bytes() / lane.bytes(); }

    private VectorCode species(Lane lane) { return species(lane, width(lane)); }

    private VectorCode species(Lane lane, int width) {
        code.getstatic(lane.vector(), "SPECIES_" + 8 * lane.bytes() * width, Lane.SPECIES);
        return this;
    }

    /// The address of vector `i` of an operand, plus some bytes: as `Ram.bounded` says, without a check.
    private void place(int base, int i, long scale, long plus) {
        code.getstatic(RAM, "ALL", SEGMENT).lload(base).iload(i).i2l().loadConstant(Ram.index(-1)).land()
            .loadConstant(scale).lmul().ladd();
        if (plus != 0) code.loadConstant(plus).ladd();
        code.invokestatic(ORDER, "nativeOrder", MethodTypeDesc.of(ORDER));
    }

    /// @param base  a variable with the operand's address
    /// @param i     a variable with the position of the loop
    /// @param plus  elements beyond it
    VectorCode load(Lane lane, int base, int i, int plus) {
        var moved = moved(lane);
        species(moved, lanes * lane.bytes() / moved.bytes());
        place(base, i, lane.bytes(), (long) plus * lane.bytes());
        code.invokestatic(moved.vector(), "fromMemorySegment",
            MethodTypeDesc.of(moved.vector(), Lane.SPECIES, SEGMENT, CD_long, ORDER));
        return moved == lane ? this : reshape(lane, width(lane));
    }

    void store(Lane lane, int base, int i, int plus) {
        var moved = moved(lane);
        if (moved != lane) reshape(moved, lanes * lane.bytes() / moved.bytes());
        place(base, i, lane.bytes(), (long) plus * lane.bytes());
        code.invokevirtual(moved.vector(), "intoMemorySegment", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER));
    }

    /// What is loaded and stored: where not all lanes count, shorts that are as many bytes as those that do.
    private Lane moved(Lane lane) { return width(lane) == lanes ? lane : Lane.SHORT; }

    /// The same bytes as the first of another vector, or the first of them.
    private VectorCode reshape(Lane to, int width) {
        species(to, width);
        code.iconst_0().invokevirtual(Lane.VECTOR, "reinterpretShape",
            MethodTypeDesc.of(Lane.VECTOR, Lane.SPECIES, CD_int)).checkcast(to.vector());
        return this;
    }

    /// All lanes the number that `x` leaves on the stack.
    VectorCode broadcast(Lane lane, Runnable x) {
        species(lane);
        x.run();
        code.invokestatic(lane.vector(), "broadcast", MethodTypeDesc.of(lane.vector(), Lane.SPECIES, lane.primitive()));
        return this;
    }

    /// A number of a lane's type.
    VectorCode number(Lane lane, double x) {
        switch (lane) {
            case LONG -> code.loadConstant((long) x);
            case FLOAT -> code.loadConstant((float) x);
            case DOUBLE -> code.loadConstant(x);
            default -> code.loadConstant((int) x);
        }
        return this;
    }

    /// Leaves the operator's constant on the stack.
    ///
    /// @return the type that methods declare it with
    private ClassDesc operator(Lane lane, String name) {
        var type = Provider.chosen().operator(name, lane.type());
        if (type == null) throw new IllegalStateException("no vector operator " + name + " on " + lane);
        var desc = Generated.desc(type);
        code.getstatic(Lane.OPERATORS, name, desc);
        return desc.equals(Lane.ASSOCIATIVE) ? Lane.BINARY : desc;
    }

    VectorCode unary(Lane lane, String name) {
        operator(lane, name);
        code.invokevirtual(lane.vector(), "lanewise", MethodTypeDesc.of(lane.vector(), Lane.UNARY));
        return this;
    }

    VectorCode binary(Lane lane, String name) {
        operator(lane, name);
        code.swap().invokevirtual(lane.vector(), "lanewise",
            MethodTypeDesc.of(lane.vector(), Lane.BINARY, Lane.VECTOR));
        return this;
    }

    VectorCode binary(Lane lane, String name, double x) {
        operator(lane, name);
        number(lane, x);
        code.invokevirtual(lane.vector(), "lanewise", MethodTypeDesc.of(lane.vector(), Lane.BINARY, lane.primitive()));
        return this;
    }

    VectorCode compare(Lane lane, String name) {
        operator(lane, name);
        code.swap().invokevirtual(lane.vector(), "compare",
            MethodTypeDesc.of(Lane.MASK, Lane.COMPARISON, Lane.VECTOR));
        return this;
    }

    VectorCode compare(Lane lane, String name, double x) {
        operator(lane, name);
        number(lane, x);
        code.invokevirtual(lane.vector(), "compare",
            MethodTypeDesc.of(Lane.MASK, Lane.COMPARISON, lane.primitive()));
        return this;
    }

    /// Of a vector, another and a mask: the other where the mask is set.
    VectorCode blend(Lane lane) {
        code.invokevirtual(lane.vector(), "blend", MethodTypeDesc.of(lane.vector(), Lane.VECTOR, Lane.MASK));
        return this;
    }

    /// The mask for vectors of another lane.
    VectorCode mask(Lane from, Lane to) {
        if (from == to) return this;
        if (width(from) != width(to)) return ones(from, from.bits()).cast(from.bits(), to.bits())
            .compare(to.bits(), "NE", 0).mask(to.bits(), to);
        species(to);
        code.invokevirtual(Lane.MASK, "cast", MethodTypeDesc.of(Lane.MASK, Lane.SPECIES));
        return this;
    }

    /// Ones where a mask is set, zeros elsewhere.
    VectorCode ones(Lane from, Lane to) {
        mask(from, to);
        int mask = keep();
        broadcast(to, () -> number(to, 0));
        return broadcast(to, () -> number(to, 1)).get(mask).blend(to);
    }

    VectorCode maskOp(String name) {
        code.invokevirtual(Lane.MASK, name, name.equals("not") ? MethodTypeDesc.of(Lane.MASK)
            : MethodTypeDesc.of(Lane.MASK, Lane.MASK));
        return this;
    }

    /// The same numbers in another lane, as Java casts them.
    VectorCode cast(Lane from, Lane to) {
        if (from == to) return this;
        code.getstatic(Lane.OPERATORS, from.letter() + "2" + to.letter(), Lane.CONVERSION);
        species(to);
        code.iconst_0().invokevirtual(Lane.VECTOR, "convertShape",
            MethodTypeDesc.of(Lane.VECTOR, Lane.CONVERSION, Lane.SPECIES, CD_int)).checkcast(to.vector());
        return this;
    }

    /// The later half of a vector's floats, where the first were. To convert part 1 of a vector does this with shuffles
    /// that C2 does not always inline.
    VectorCode upperHalf() {
        reinterpret(Lane.FLOAT, Lane.INT);
        int bits = keep();
        broadcast(Lane.INT, () -> number(Lane.INT, lanes / 2.0));
        code.iconst_1().invokevirtual(Lane.INT.vector(), "addIndex", MethodTypeDesc.of(Lane.INT.vector(), CD_int));
        binary(Lane.INT, "AND", lanes - 1).get(bits);
        code.invokevirtual(Lane.INT.vector(), "selectFrom", MethodTypeDesc.of(Lane.INT.vector(), Lane.VECTOR));
        return reinterpret(Lane.INT, Lane.FLOAT);
    }

    /// The same bits as integers or, from integers, as floats.
    VectorCode reinterpret(Lane from, Lane to) {
        var name = "reinterpretAs" + to.vector().displayName().replace("Vector", "s");
        code.invokevirtual(from.vector(), name, MethodTypeDesc.of(to.vector()));
        return this;
    }

    /// a · b + c of three vectors, rounded once.
    VectorCode fma(Lane lane) {
        code.invokevirtual(lane.vector(), "fma", MethodTypeDesc.of(lane.vector(), Lane.VECTOR, Lane.VECTOR));
        return this;
    }

    /// All lanes that count folded to one number.
    void reduce(Lane lane, String name) {
        code.getstatic(Lane.OPERATORS, name, Lane.ASSOCIATIVE);
        if (width(lane) == lanes) {
            code.invokevirtual(lane.vector(), "reduceLanes", MethodTypeDesc.of(lane.primitive(), Lane.ASSOCIATIVE));
            return;
        }
        species(lane);
        code.loadConstant((1L << lanes) - 1)
            .invokestatic(Lane.MASK, "fromLong", MethodTypeDesc.of(Lane.MASK, Lane.SPECIES, CD_long))
            .invokevirtual(lane.vector(), "reduceLanes",
                MethodTypeDesc.of(lane.primitive(), Lane.ASSOCIATIVE, Lane.MASK));
    }

    // ---- the exponential ------------------------------------------------------------------------------------------

    private static final double ROUND = 0x1.8p23;
    /// Of eʳ for |r| ≤ ln 2 / 2, from r⁷ down to r² (the polynomial of Cephes' `expf`).
    private static final double[] POWERS =
        {1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1};

    /// eˣ in single precision, without the call that the vector operator is: 2ᵏ · eʳ with x = k · ln 2 + r. 2ᵏ comes in
    /// two factors, so that results may be subnormal; what is out of range is moved to where it gives 0 or infinity.
    void exp() {
        int x = keep();
        constant(get(x), 89).get(x).compare(Lane.FLOAT, "GT", 89).blend(Lane.FLOAT);
        int near = constant(this, -104).get(x).compare(Lane.FLOAT, "LT", -104).blend(Lane.FLOAT).keep();
        int sum = constant(constant(get(near), 1.44269504088896341), ROUND).fma(Lane.FLOAT).keep();
        int k = get(sum).binary(Lane.FLOAT, "SUB", ROUND).keep();
        int high = constant(get(k), -0.693359375).get(near).fma(Lane.FLOAT).keep();
        int r = constant(get(k), 2.12194440e-4).get(high).fma(Lane.FLOAT).keep();
        constant(this, POWERS[0]);
        for (int i = 1; i < POWERS.length; i++) constant(get(r), POWERS[i]).fma(Lane.FLOAT);
        get(r).get(r).binary(Lane.FLOAT, "MUL").get(r).fma(Lane.FLOAT).binary(Lane.FLOAT, "ADD", 1);
        int exponent = get(sum).reinterpret(Lane.FLOAT, Lane.INT).binary(Lane.INT, "SUB", 0x4B40_0000).keep();
        int half = get(exponent).binary(Lane.INT, "ASHR", 1).keep();
        get(half).power().binary(Lane.FLOAT, "MUL");
        get(exponent).get(half).binary(Lane.INT, "SUB").power().binary(Lane.FLOAT, "MUL");
    }

    private VectorCode constant(VectorCode before, double x) {
        return before.broadcast(Lane.FLOAT, () -> number(Lane.FLOAT, x));
    }

    /// Two to the power of an integer.
    private VectorCode power() {
        return binary(Lane.INT, "ADD", 127).binary(Lane.INT, "LSHL", 23).reinterpret(Lane.INT, Lane.FLOAT);
    }

    // ---- half types: a float of a half's number, as the bits of the half in an int, and back ----------------------

    void fromBfloat16() { binary(Lane.INT, "LSHL", 16).reinterpret(Lane.INT, Lane.FLOAT); }

    void toBfloat16() {
        int bits = reinterpret(Lane.FLOAT, Lane.INT).keep();
        int high = get(bits).binary(Lane.INT, "LSHR", 16).keep();
        get(bits).get(high).binary(Lane.INT, "AND", 1).binary(Lane.INT, "ADD").binary(Lane.INT, "ADD", 0x7FFF)
            .binary(Lane.INT, "LSHR", 16).get(high).binary(Lane.INT, "OR", 0x40);
        get(bits).binary(Lane.INT, "AND", 0x7FFF_FFFF).compare(Lane.INT, "GT", 0x7F80_0000).blend(Lane.INT);
    }

    /// Moved 13 bits up a half is the float 2¹¹² times too small, subnormals included; from 65536 on it is infinity or
    /// NaN.
    void fromFloat16() {
        int bits = keep();
        int size = get(bits).binary(Lane.INT, "AND", 0x7FFF).binary(Lane.INT, "LSHL", 13)
            .reinterpret(Lane.INT, Lane.FLOAT).binary(Lane.FLOAT, "MUL", 0x1p112).reinterpret(Lane.FLOAT, Lane.INT)
            .keep();
        get(size).get(size).binary(Lane.INT, "OR", 0x7F80_0000);
        get(size).compare(Lane.INT, "GE", Float.floatToRawIntBits(65536)).blend(Lane.INT);
        get(bits).binary(Lane.INT, "AND", 0x8000).binary(Lane.INT, "LSHL", 16).binary(Lane.INT, "OR")
            .reinterpret(Lane.INT, Lane.FLOAT);
    }

    /// Normal halves by rounding the bits; below 2⁻¹⁴ the sum with 0.5 leaves the subnormal's bits at the low end.
    void toFloat16() {
        int bits = reinterpret(Lane.FLOAT, Lane.INT).keep();
        int size = get(bits).binary(Lane.INT, "AND", 0x7FFF_FFFF).keep();
        get(size).get(size).binary(Lane.INT, "LSHR", 13).binary(Lane.INT, "AND", 1).binary(Lane.INT, "ADD")
            .binary(Lane.INT, "ADD", 0xFFF - (112 << 23)).binary(Lane.INT, "LSHR", 13);
        get(size).reinterpret(Lane.INT, Lane.FLOAT).binary(Lane.FLOAT, "ADD", 0.5).reinterpret(Lane.FLOAT, Lane.INT)
            .binary(Lane.INT, "SUB", Float.floatToRawIntBits(0.5f));
        get(size).compare(Lane.INT, "LT", 113 << 23).blend(Lane.INT);
        broadcast(Lane.INT, () -> number(Lane.INT, 0x7C00));
        get(size).compare(Lane.INT, "GE", 143 << 23).blend(Lane.INT);
        broadcast(Lane.INT, () -> number(Lane.INT, 0x7E00));
        get(size).compare(Lane.INT, "GT", 0x7F80_0000).blend(Lane.INT);
        get(bits).binary(Lane.INT, "LSHR", 16).binary(Lane.INT, "AND", 0x8000).binary(Lane.INT, "OR");
    }
}
