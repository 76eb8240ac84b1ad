package dev.lazuli.compiler;

import dev.lazuli.compiler.Capture.Entry;
import dev.lazuli.compiler.Plan.Argument;
import dev.lazuli.graph.Complex;
import dev.lazuli.graph.Expr;
import dev.lazuli.graph.Program;
import dev.lazuli.graph.Scalar;
import dev.lazuli.type.Dtype;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes the program of one fused kernel, and lists what it reads. Complex numbers become pairs here.
final class Emitter {
    private final List<Entry> entries;
    private final Fuser fuser;
    private final int kernel;
    private final Program.Builder builder = new Program.Builder();
    private final Map<Integer, Complex> values = new HashMap<>();
    private final Map<Argument, Expr> loads = new HashMap<>();
    private final List<Argument> arguments = new ArrayList<>();

    Emitter(List<Entry> entries, Fuser fuser, int kernel) {
        this.entries = entries;
        this.fuser = fuser;
        this.kernel = kernel;
    }

    List<Argument> arguments() { return List.copyOf(arguments); }

    /// The program of an entry; those of both parts if it is complex.
    List<Program> program(int entry) {
        var value = value(entry, null);
        return entries.get(entry).node().dtype().isComplex()
            ? List.of(builder.build(value.re()), builder.build(value.im())) : List.of(builder.build(value.re()));
    }

    private Complex value(int i, Fuser.Path views) {
        var place = fuser.places[i];
        boolean inside = i == kernel || place != null && place.kernel() == kernel;
        if (!inside) return load(i, views);
        var known = values.get(i);
        if (known == null) values.put(i, known = compute(i, place.views()));
        return known;
    }

    private Complex compute(int i, Fuser.Path views) {
        var entry = entries.get(i);
        if (!(entry.op() instanceof Scalar op)) return value(entry.inputs()[0], views);
        var args = new ArrayList<Complex>();
        boolean complex = entry.node().dtype().isComplex();
        for (int x : entry.inputs()) {
            args.add(value(x, views));
            complex |= entries.get(x).node().dtype().isComplex();
        }
        var type = entry.node().dtype();
        if (op == Scalar.CAST) {
            var real = args.getFirst().re().to(type.isComplex() ? Dtype.FLOAT32 : type);
            return type.isComplex() && complexInput(entry) ? args.getFirst() : Complex.real(real);
        }
        if (!complex) return Complex.real(op.on(args.stream().map(Complex::re).toList()));
        return op.complex(args.get(0), args.get(args.size() > 1 ? 1 : 0), args.getLast());
    }

    private boolean complexInput(Entry entry) { return entries.get(entry.inputs()[0]).node().dtype().isComplex(); }

    private Complex load(int i, Fuser.Path path) {
        var views = new ArrayList<Integer>();
        for (var p = path; p != null; p = p.rest()) views.add(p.view());
        var dtype = entries.get(i).node().dtype();
        if (!dtype.isComplex()) return Complex.real(load(new Argument(i, views, Argument.WHOLE), dtype));
        return Complex.of(load(new Argument(i, views, Argument.REAL), Dtype.FLOAT32),
            load(new Argument(i, views, Argument.IMAGINARY), Dtype.FLOAT32));
    }

    private Expr load(Argument argument, Dtype dtype) {
        return loads.computeIfAbsent(argument, a -> {
            arguments.add(a);
            return builder.load(dtype);
        });
    }
}
