package dev.lazuli.cpu;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.lazuli.graph.Program;
import dev.lazuli.graph.Program.Apply;
import dev.lazuli.graph.Program.Constant;
import dev.lazuli.graph.Program.Load;
import dev.lazuli.graph.Scalar;
import dev.lazuli.memory.Ram;
import dev.lazuli.type.Dtype;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a program in vectors: all of it in one loop of one method, as [Vectors] says that it can be.
///
/// Every step has as many lanes as the widest type leaves room for. Numbers that stay the same are loaded before the
/// loop. A `bool` step is a mask of the lanes that it was compared in.
final class VectorEmitter {
    /// Chains of a fold that do not wait for each other: an addition takes four cycles.
    static final int CHAINS = 4;

    /// Vectors of a turn of a loop with a short body: 4 would be faster still in cache, but slower from memory.
    private static final int UNROLLED = 2;
    private static final int SHORT_BODY = 8;

    private final Program program;
    private final VectorCode out;
    private final CodeBuilder code;
    private final int[] base;
    private final int[] local;
    private final @Nullable Lane[] mask;

    private VectorEmitter(CodeBuilder code, Program program, int operands) {
        this.program = program;
        this.code = code;
        out = new VectorCode(code, Vectors.lanes(program), 4); // this, base, stride, n
        local = new int[program.steps().size()];
        mask = new Lane[local.length];
        base = new int[operands];
        for (int k = 0; k < operands; k++) {
            base[k] = out.local(2);
            code.aload(1).loadConstant(k).laload().loadConstant(Ram.bounded(-1)).land().lstore(base[k]);
        }
    }

    /// The run that stores the program's values, for `n` a multiple of a turn's elements.
    static Loop loop(Program program, long single) {
        return Generated.make(Loop.class,
            (code, rows) -> new VectorEmitter(code, program, program.inputs() + 1).writeLoop(single));
    }

    static Fold fold(Program program, Scalar fold, long single) {
        return Generated.make(Fold.class,
            (code, rows) -> new VectorEmitter(code, program, program.inputs()).writeFold(fold, single));
    }

    private void writeLoop(long single) {
        constants(single);
        int i = out.local(1);
        code.iconst_0().istore(i);
        int vectors = turn(program) / out.lanes;
        loop(i, vectors, () -> {
            for (int v = 0; v < vectors; v++) vector(single, i, v * out.lanes);
        });
        code.return_();
    }

    /// Elements of a turn of a program's loop. Halves take a dozen instructions to convert.
    static int turn(Program program) {
        boolean isShort = program.steps().size() <= SHORT_BODY;
        for (var step : program.steps()) isShort &= !step.dtype().isFloat() || step.dtype().bytes() > 2;
        return Vectors.lanes(program) * (isShort ? UNROLLED : 1);
    }

    private void vector(long single, int i, int plus) {
        steps(single, i, plus);
        out.get(local[local.length - 1]);
        var dtype = program.dtype();
        switch (dtype) {
            case FLOAT16 -> out.toFloat16();
            case BFLOAT16 -> out.toBfloat16();
            default -> {}
        }
        var lane = Lane.stored(dtype);
        var last = mask[mask.length - 1];
        if (last != null) out.ones(last, lane);
        else out.cast(dtype.bytes() == 2 ? Lane.INT : Lane.computed(dtype), lane);
        out.store(lane, base[base.length - 1], i, plus);
    }

    private void loop(int i, int vectors, Runnable body) {
        var head = code.newLabel();
        var end = code.newLabel();
        int length = vectors * out.lanes;
        code.labelBinding(head).iload(i).loadConstant(length - 1).iadd().iload(3).if_icmpge(end);
        body.run();
        code.iinc(i, length).goto_(head).labelBinding(end);
    }

    private void writeFold(Scalar fold, long single) {
        constants(single);
        var dtype = program.dtype();
        var lane = Lane.computed(dtype);
        var name = Vectors.token(fold, dtype);
        var sums = new int[CHAINS];
        long identity = Value.identity(fold, dtype);
        for (int c = 0; c < CHAINS; c++)
            sums[c] = out.broadcast(lane, () -> number(lane, identity)).keep();
        int i = out.local(1);
        code.iconst_0().istore(i);
        for (int chains : new int[] {CHAINS, 1})
            loop(i, chains, () -> {
                for (int c = 0; c < chains; c++) {
                    out.get(sums[c]);
                    steps(single, i, c * out.lanes);
                    vector(local.length - 1);
                    out.binary(lane, name);
                    code.astore(sums[c]);
                }
            });
        out.get(sums[0]).get(sums[1]).binary(lane, name);
        out.get(sums[2]).get(sums[3]).binary(lane, name).binary(lane, name);
        finish(fold, dtype, lane, name);
        code.lreturn();
    }

    /// Leaves the lanes of a vector, folded, as a [Value]; single precision ends here.
    private void finish(Scalar fold, Dtype dtype, Lane lane, String name) {
        if (lane == Lane.FLOAT && (fold == Scalar.ADD || fold == Scalar.MUL)) {
            int sum = out.keep();
            out.get(sum).cast(lane, Lane.DOUBLE);
            if (8 * out.lanes > Vectors.bytes())
                out.get(sum).upperHalf().cast(lane, Lane.DOUBLE).binary(Lane.DOUBLE, name);
            out.reduce(Lane.DOUBLE, name);
        } else if (name.equals(fold.name())) {
            out.reduce(lane, name);
        } else { // the JDK's unsigned reductions begin with the signed extreme
            sign(lane, () -> out.binary(lane, "XOR"));
            out.reduce(lane, fold.name());
            if (lane == Lane.INT) code.loadConstant(Integer.MIN_VALUE).ixor();
            else code.loadConstant(Long.MIN_VALUE).lxor();
        }
        switch (lane) {
            case INT -> code.i2l();
            case FLOAT -> { if (fold == Scalar.MIN || fold == Scalar.MAX) code.f2d(); }
            default -> {}
        }
        if (dtype == Dtype.UINT32) code.loadConstant(0xFFFFFFFFL).land();
        if (lane.isFloat()) code.invokestatic(Generated.desc(Value.class), "of", MethodTypeDesc.of(CD_long, CD_double));
    }

    private void number(Lane lane, long value) {
        switch (lane) {
            case FLOAT -> code.loadConstant((float) Value.real(value));
            case DOUBLE -> code.loadConstant(Value.real(value));
            case LONG -> code.loadConstant(value);
            default -> code.loadConstant((int) value);
        }
    }

    /// What is the same for every element, before the loop.
    private void constants(long single) {
        for (int s = 0; s < local.length; s++) {
            switch (program.steps().get(s)) {
                case Constant(double x, Dtype dtype) -> {
                    var lane = Lane.computed(dtype);
                    out.broadcast(lane, () -> number(lane, Value.constant(dtype, x)));
                    keep(s, dtype, lane);
                }
                case Load(int input, Dtype dtype) when (single >> input & 1) != 0 -> {
                    var lane = Lane.computed(dtype);
                    out.broadcast(lane, () -> code.lload(base[input]).invokestatic(Generated.desc(Cells.class),
                        dtype.toString(), MethodTypeDesc.of(lane.primitive(), CD_long)));
                    keep(s, dtype, lane);
                }
                default -> {}
            }
        }
    }

    private void keep(int step, Dtype dtype, Lane lane) {
        if (dtype.isBool()) truth(step, lane);
        local[step] = out.keep();
    }

    /// The vector on the stack as the mask of a `bool` step.
    private void truth(int step, Lane lane) {
        out.compare(lane, "NE", 0);
        mask[step] = lane;
    }

    private void steps(long single, int i, int plus) {
        for (int s = 0; s < local.length; s++) {
            switch (program.steps().get(s)) {
                case Load(int input, Dtype dtype) when (single >> input & 1) == 0 -> {
                    load(s, dtype, base[input], i, plus);
                    local[s] = out.keep();
                }
                case Apply(Scalar op, Dtype dtype, List<Integer> args) -> {
                    apply(s, op, dtype, args);
                    local[s] = out.keep();
                }
                default -> {}
            }
        }
    }

    private void load(int s, Dtype dtype, int from, int i, int plus) {
        var stored = Lane.stored(dtype);
        out.load(stored, from, i, plus);
        if (dtype.isBool()) {
            truth(s, stored);
            return;
        }
        if (stored.bytes() < 4) out.cast(stored, Lane.INT);
        switch (dtype) {
            case FLOAT16 -> out.fromFloat16();
            case BFLOAT16 -> out.fromBfloat16();
            case UINT8, UINT16 -> narrow(dtype);
            default -> {}
        }
    }

    private Dtype dtype(int step) { return program.steps().get(step).dtype(); }

    /// A step's value as a vector: ones and zeros for a mask.
    private void vector(int step) {
        out.get(local[step]);
        if (mask[step] != null) out.ones(mask[step], Lane.INT);
    }

    private void apply(int s, Scalar op, Dtype to, List<Integer> args) {
        int a = args.getFirst();
        int b = args.getLast();
        var from = dtype(b);
        var lane = Lane.computed(from);
        switch (op) {
            case CAST -> cast(s, a, to);
            case SELECT -> select(s, args);
            case EQ, NE, LT, LE -> {
                vector(a);
                vector(b);
                out.compare(lane, Vectors.token(op, from));
                mask[s] = lane;
            }
            case SHIFT_LEFT, SHIFT_RIGHT -> shift(op, a, b, to, lane);
            case TRUNC, ROUND -> whole(op == Scalar.TRUNC, a, lane);
            default -> {
                if (to.isBool() && Vectors.isMaskOperation(op)) {
                    out.get(local[a]);
                    if (args.size() == 2) out.get(local[b]).mask(mask[b], mask[a]);
                    out.maskOp(op.label());
                    mask[s] = mask[a];
                    return;
                }
                vector(a);
                if (op == Scalar.EXP && lane == Lane.FLOAT) {
                    out.exp();
                } else if (args.size() == 1) {
                    out.unary(lane, Vectors.token(op, from));
                } else {
                    vector(b);
                    out.binary(lane, Vectors.token(op, from));
                }
                if (to.isBool()) truth(s, lane);
                else narrow(to);
            }
        }
    }

    private void select(int s, List<Integer> args) {
        int c = args.get(0);
        int a = args.get(1);
        int b = args.get(2);
        if (dtype(b).isBool()) {
            mask[s] = mask[c];
            out.get(local[c]).get(local[a]).mask(mask[a], mask[c]).maskOp("and");
            out.get(local[b]).mask(mask[b], mask[c]).get(local[c]).maskOp("andNot").maskOp("or");
        } else {
            var lane = Lane.computed(dtype(b));
            out.get(local[b]).get(local[a]).get(local[c]).mask(mask[c], lane).blend(lane);
        }
    }

    private void shift(Scalar op, int a, int b, Dtype to, Lane lane) {
        int width = 8 * lane.bytes();
        boolean sign = op == Scalar.SHIFT_RIGHT && !to.isUnsigned();
        if (sign) {
            out.get(local[a]).broadcast(lane, () -> out.number(lane, width - 1)).get(local[b]);
            out.get(local[b]).compare(lane, "ULT", width).blend(lane).binary(lane, "ASHR");
        } else {
            out.broadcast(lane, () -> out.number(lane, 0)).get(local[a]).get(local[b])
                .binary(lane, op == Scalar.SHIFT_LEFT ? "LSHL" : "LSHR");
            out.get(local[b]).compare(lane, "ULT", width).blend(lane);
        }
        narrow(to);
    }

    /// Adding 2²³, or 2⁵² in double precision, leaves no room for a fraction; larger numbers have
    /// none, nor has NaN.
    private void whole(boolean towardZero, int a, Lane lane) {
        double big = lane == Lane.FLOAT ? 0x1p23 : 0x1p52;
        int size = out.get(local[a]).unary(lane, "ABS").keep();
        int near = out.get(size).binary(lane, "ADD", big).binary(lane, "SUB", big).keep();
        out.get(size).get(near);
        if (towardZero)
            out.get(near).binary(lane, "SUB", 1).get(near).get(size).compare(lane, "GT").blend(lane);
        out.get(size).compare(lane, "LT", big).blend(lane);
        var bits = lane.bits();
        out.reinterpret(lane, bits).get(local[a]).reinterpret(lane, bits);
        sign(bits, () -> out.binary(bits, "AND"));
        out.binary(bits, "OR").reinterpret(bits, lane);
    }

    /// Combines the vector on the stack with the sign bit.
    private void sign(Lane bits, Runnable operation) {
        out.broadcast(bits, () -> number(bits, bits == Lane.INT ? Integer.MIN_VALUE : Long.MIN_VALUE));
        operation.run();
    }

    private void cast(int s, int a, Dtype to) {
        var from = dtype(a);
        var lane = Lane.computed(from);
        var target = Lane.computed(to);
        if (from.isBool()) {
            out.get(local[a]);
            if (to.isBool()) mask[s] = mask[a];
            else out.ones(mask[a], target);
            return;
        }
        out.get(local[a]);
        if (to.isBool()) {
            truth(s, lane);
        } else if (from.isFloat() && to == Dtype.UINT32) {
            out.cast(lane, target).get(local[a]).binary(lane, "SUB", 0x1p31).cast(lane, target)
                .binary(target, "XOR", Integer.MIN_VALUE);
            out.get(local[a]).compare(lane, "GE", 0x1p31).mask(lane, target).blend(target);
        } else if (from == Dtype.UINT32 && to.isFloat()) {
            out.binary(lane, "LSHR", 16).cast(lane, target).binary(target, "MUL", 65536).get(local[a])
                .binary(lane, "AND", 0xFFFF).cast(lane, target).binary(target, "ADD");
        } else {
            out.cast(lane, target);
            if (from == Dtype.UINT32 && target == Lane.LONG) out.binary(target, "AND", 0xFFFFFFFFL);
            narrow(to);
        }
        switch (to) {
            case FLOAT16 -> {
                out.toFloat16();
                out.fromFloat16();
            }
            case BFLOAT16 -> {
                out.toBfloat16();
                out.fromBfloat16();
            }
            default -> {}
        }
    }

    private void narrow(Dtype dtype) {
        switch (dtype) {
            case INT8 -> out.binary(Lane.INT, "LSHL", 24).binary(Lane.INT, "ASHR", 24);
            case INT16 -> out.binary(Lane.INT, "LSHL", 16).binary(Lane.INT, "ASHR", 16);
            case UINT8 -> out.binary(Lane.INT, "AND", 0xFF);
            case UINT16 -> out.binary(Lane.INT, "AND", 0xFFFF);
            default -> {}
        }
    }
}
