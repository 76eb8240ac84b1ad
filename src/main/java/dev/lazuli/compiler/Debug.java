package dev.lazuli.compiler;

/// Shows the machine work: `-Dlazuli.debug=1` prints every plan that runs, `2` the programs of its kernels as well.
final class Debug {
    static final int LEVEL = Integer.getInteger("lazuli.debug", 0);

    private Debug() {}

    static void print(Plan plan, Capture capture) {
        var text = new StringBuilder("plan of %d entries, %d steps, %d results%n"
            .formatted(capture.entries.size(), plan.steps().size(), capture.results.size()));
        for (var step : plan.steps()) {
            text.append("  %").append(step.out()).append(" = ").append(capture.entries.get(step.out()).node());
            switch (step) {
                case Plan.Constant c -> text.append(" constant");
                case Plan.Show s -> text.append(" view of %").append(s.in());
                case Plan.Call c -> text.append(" of ").append(c.inputs());
                case Plan.Fused f -> text.append(" fused of ")
                    .append(f.inputs().stream().map(Plan.Argument::entry).toList());
            }
            text.append('\n');
            if (LEVEL > 1 && step instanceof Plan.Fused f) text.append(f.program().toString().indent(6));
        }
        System.err.print(text);
    }
}
