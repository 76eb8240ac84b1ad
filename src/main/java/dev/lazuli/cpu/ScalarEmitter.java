package dev.lazuli.cpu;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.lazuli.graph.Program;
import dev.lazuli.graph.Program.Apply;
import dev.lazuli.graph.Program.Constant;
import dev.lazuli.graph.Program.Load;
import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Dtype;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a program as plain Java would: one loop, a local variable a step, any strides.
///
/// A row named like a JVM instruction is that instruction; other rows are calls of their lambda, a constant of the
/// class, which C2 inlines.
final class ScalarEmitter {
    private static final ClassDesc CELLS = Generated.desc(Cells.class);
    private static final ClassDesc VALUE = Generated.desc(Value.class);

    private final CodeBuilder code;
    private final Program program;
    private final Generated.Rows rows;
    private final int[] local;
    private int free;

    private ScalarEmitter(CodeBuilder code, Program program, Generated.Rows rows) {
        this.code = code;
        this.program = program;
        this.rows = rows;
        local = new int[program.steps().size()];
        free = 4; // this, base, stride, n
    }

    /// The run that stores the program's values.
    static Loop loop(Program program) {
        return Generated.make(Loop.class, (code, rows) -> new ScalarEmitter(code, program, rows).write(null));
    }

    /// The run that folds them.
    static Fold fold(Program program, Scalar fold) {
        return Generated.make(Fold.class, (code, rows) -> new ScalarEmitter(code, program, rows).write(fold));
    }

    private void write(@Nullable Scalar fold) {
        int operands = program.inputs() + (fold == null ? 1 : 0);
        int at = take(2 * operands);
        int step = take(2 * operands);
        for (int k = 0; k < operands; k++)
            code.aload(1).loadConstant(k).laload().lstore(at + 2 * k)
                .aload(2).loadConstant(k).laload().lstore(step + 2 * k);
        var dtype = program.dtype();
        int sum = take(2);
        if (fold != null) {
            constant(dtype, Value.identity(fold, dtype));
            code.storeLocal(kind(dtype), sum);
        }
        int i = take(1);
        code.iconst_0().istore(i);
        var head = code.newLabel();
        var end = code.newLabel();
        code.labelBinding(head).iload(i).iload(3).if_icmpge(end);
        for (int s = 0; s < local.length; s++) {
            step(s, at);
            local[s] = take(2);
            code.storeLocal(kind(program.steps().get(s).dtype()), local[s]);
        }
        int last = local.length - 1;
        if (fold == null) {
            code.lload(at + 2 * (operands - 1));
            get(last);
            code.invokestatic(CELLS, dtype.toString(), MethodTypeDesc.of(CD_void, CD_long, type(dtype)));
        } else {
            apply(fold, dtype, dtype, () -> code.loadLocal(kind(dtype), sum), () -> get(last));
            code.storeLocal(kind(dtype), sum);
        }
        for (int k = 0; k < operands; k++) code.lload(at + 2 * k).lload(step + 2 * k).ladd().lstore(at + 2 * k);
        code.iinc(i, 1).goto_(head).labelBinding(end);
        if (fold == null) {
            code.return_();
            return;
        }
        code.loadLocal(kind(dtype), sum);
        widen(dtype);
        if (dtype.isFloat()) code.invokestatic(VALUE, "of", MethodTypeDesc.of(CD_long, CD_double));
        code.lreturn();
    }

    private int take(int slots) {
        free += slots;
        return free - slots;
    }

    private void get(int step) { code.loadLocal(kind(program.steps().get(step).dtype()), local[step]); }

    /// Leaves a step's value on the stack.
    private void step(int s, int at) {
        switch (program.steps().get(s)) {
            case Load(int input, Dtype dtype) -> code.lload(at + 2 * input)
                .invokestatic(CELLS, dtype.toString(), MethodTypeDesc.of(type(dtype), CD_long));
            case Constant(double x, Dtype dtype) -> constant(dtype, Value.constant(dtype, x));
            case Apply(Scalar op, Dtype dtype, List<Integer> args) -> {
                var from = program.steps().get(args.getLast()).dtype();
                switch (op) {
                    case CAST -> {
                        get(args.getFirst());
                        cast(from, dtype);
                    }
                    case SELECT -> {
                        get(args.getFirst());
                        code.ifThenElse(Opcode.IFNE, a -> get(args.get(1)), b -> get(args.get(2)));
                    }
                    default -> apply(op, from, dtype, () -> get(args.getFirst()),
                        args.size() == 1 ? null : () -> get(args.getLast()));
                }
            }
        }
    }

    private void constant(Dtype dtype, long value) {
        switch (Machine.of(dtype)) {
            case INT -> code.loadConstant((int) value);
            case LONG -> code.loadConstant(value);
            case FLOAT -> code.loadConstant((float) Value.real(value));
            case DOUBLE -> code.loadConstant(Value.real(value));
        }
    }

    private void apply(Scalar op, Dtype from, Dtype to, Runnable a, @Nullable Runnable b) {
        var instruction = instruction(op, Machine.of(from));
        if (op == Scalar.NOT && from.isBool()) {
            a.run();
            code.iconst_1().ixor();
        } else if (op == Scalar.EQ || op == Scalar.NE || op == Scalar.LT || op == Scalar.LE) {
            a.run();
            b.run();
            compare(op, from);
        } else if (instruction != null) {
            a.run();
            if (b != null) b.run();
            code.with(OperatorInstruction.of(instruction));
            narrow(to);
        } else {
            call(op, from, to, a, b);
        }
    }

    /// The JVM instruction that is a row on a machine type, or null.
    private static @Nullable Opcode instruction(Scalar op, Machine machine) {
        var name = machine.letter() + op.name();
        for (var opcode : Opcode.values())
            if (opcode.name().equals(name) && opcode.kind() == Opcode.Kind.OPERATOR) return opcode;
        return null;
    }

    private void call(Scalar op, Dtype from, Dtype to, Runnable a, @Nullable Runnable b) {
        boolean real = from.isFloat();
        var wide = real ? CD_double : CD_long;
        if (from == Dtype.UINT64) rows.load(code, op, Scalar.class);
        else rows.load(code, real ? op.real() : op.whole(), real ? Scalar.Real.class : Scalar.Whole.class);
        a.run();
        widen(from);
        if (b == null) {
            code.loadLocal(TypeKind.INT, 3); // any number: the second argument is ignored
            if (real) code.i2d();
            else code.i2l();
        } else {
            b.run();
            widen(from);
        }
        var signature = MethodTypeDesc.of(wide, wide, wide);
        if (from == Dtype.UINT64) code.invokevirtual(Generated.desc(Scalar.class), "unsigned", signature);
        else code.invokeinterface(Generated.desc(real ? Scalar.Real.class : Scalar.Whole.class), "of", signature);
        if (real && !to.isFloat()) code.d2i();
        else if (Machine.of(to) == Machine.FLOAT) code.d2f();
        else if (Machine.of(to) == Machine.INT) code.l2i();
        narrow(to);
    }

    private void compare(Scalar op, Dtype from) {
        var machine = Machine.of(from);
        if (from == Dtype.UINT32 || from == Dtype.UINT64) {
            var box = machine == Machine.INT ? Integer.class : Long.class;
            var signature = MethodTypeDesc.of(CD_int, type(from), type(from));
            code.invokestatic(Generated.desc(box), "compareUnsigned", signature);
        } else {
            switch (machine) {
                case INT -> code.invokestatic(Generated.desc(Integer.class), "compare",
                    MethodTypeDesc.of(CD_int, CD_int, CD_int));
                case LONG -> code.lcmp();
                case FLOAT -> code.fcmpg(); // NaN compares as greater: every row but NE is false
                case DOUBLE -> code.dcmpg();
            }
        }
        code.ifThenElse(switch (op) {
            case EQ -> Opcode.IFEQ;
            case NE -> Opcode.IFNE;
            case LT -> Opcode.IFLT;
            default -> Opcode.IFLE;
        }, CodeBuilder::iconst_1, CodeBuilder::iconst_0);
    }

    private void truth(Machine machine) {
        switch (machine) {
            case INT -> {}
            case LONG -> code.lconst_0().lcmp();
            case FLOAT -> code.fconst_0().fcmpg();
            case DOUBLE -> code.dconst_0().dcmpg();
        }
        code.ifThenElse(Opcode.IFNE, CodeBuilder::iconst_1, CodeBuilder::iconst_0);
    }

    private void cast(Dtype from, Dtype to) {
        var machine = Machine.of(to);
        if (to.isBool()) {
            truth(Machine.of(from));
        } else if (to.isFloat() && to.bytes() == 2) {
            if (Machine.of(from) != Machine.FLOAT) cast(from, Dtype.FLOAT64);
            var wide = Machine.of(from) == Machine.FLOAT ? CD_float : CD_double;
            var name = to == Dtype.FLOAT16 ? "roundFloat16" : "roundBfloat16";
            code.invokestatic(CELLS, name, MethodTypeDesc.of(CD_float, wide));
        } else if (to.isFloat() && from == Dtype.UINT64) {
            var name = machine == Machine.FLOAT ? "unsignedToFloat" : "unsignedToDouble";
            code.invokestatic(CELLS, name, MethodTypeDesc.of(type(to), CD_long));
        } else if (from.isFloat() && (to == Dtype.UINT32 || to == Dtype.UINT64)) {
            code.conversion(kind(from), TypeKind.DOUBLE);
            var name = to == Dtype.UINT32 ? "toUint32" : "toUint64";
            code.invokestatic(CELLS, name, MethodTypeDesc.of(type(to), CD_double));
        } else if (from == Dtype.UINT32 && machine != Machine.INT) {
            widen(from);
            code.conversion(TypeKind.LONG, kind(to));
        } else {
            code.conversion(kind(from), kind(to));
            narrow(to);
        }
    }

    /// To what the lambdas take: a double, or a long that holds the same number.
    private void widen(Dtype dtype) {
        code.conversion(kind(dtype), dtype.isFloat() ? TypeKind.DOUBLE : TypeKind.LONG);
        if (dtype == Dtype.UINT32) code.loadConstant(0xFFFFFFFFL).land();
    }

    private void narrow(Dtype dtype) {
        switch (dtype) {
            case BOOL -> truth(Machine.INT);
            case INT8 -> code.i2b();
            case INT16 -> code.i2s();
            case UINT8 -> code.loadConstant(0xFF).iand();
            case UINT16 -> code.i2c();
            default -> {}
        }
    }

    private static TypeKind kind(Dtype dtype) { return TypeKind.from(Machine.of(dtype).type()); }

    private static ClassDesc type(Dtype dtype) { return Generated.desc(Machine.of(dtype).type()); }
}
