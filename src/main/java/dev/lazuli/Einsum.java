package dev.lazuli;

import dev.lazuli.graph.Node;
import dev.lazuli.type.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Einstein's summation: what the letters of a formula mean, in which order pairs of operands meet, and the matrix
/// product that each pair is.
///
/// The next pair is the one whose product shrinks the operands most, then the cheapest.
final class Einsum {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private final String formula;
    private final List<String> inputs;
    private final String output;
    private final Map<Character, Integer> lengths = new LinkedHashMap<>();

    Einsum(String formula, List<Shape> shapes) {
        this.formula = formula;
        if (!formula.replace(" ", "").replace("...", "").matches("[A-Za-z,]*(->[A-Za-z]*)?"))
            throw error("letters, commas, at most one ... an operand and one ->");
        var sides = spelled(formula.replace(" ", ""), shapes).split("->", -1);
        inputs = List.of(sides[0].split(",", -1));
        if (inputs.size() != shapes.size()) throw error(inputs.size() + " operands, got " + shapes.size());
        for (int i = 0; i < shapes.size(); i++) {
            var shape = shapes.get(i);
            if (shape.rank() != inputs.get(i).length())
                throw error(inputs.get(i).length() + " axes of operand " + i + ", got " + shape);
            for (int a = 0; a < shape.rank(); a++) {
                char c = inputs.get(i).charAt(a);
                int known = lengths.getOrDefault(c, 1), n = shape.dim(a);
                if (known != n && known != 1 && n != 1) throw error(known + " along " + c + ", got " + n);
                lengths.put(c, known == 1 ? n : known);
            }
        }
        output = sides.length == 2 ? sides[1] : once(sides[0]);
        for (char c : output.toCharArray())
            if (!lengths.containsKey(c) || output.indexOf(c) != output.lastIndexOf(c))
                throw error("each letter of the result once, and in an operand; " + c + " is not");
    }

    private IllegalArgumentException error(String expected) {
        return new IllegalArgumentException("einsum: " + formula + ": expected " + expected);
    }

    // The axes behind an ellipsis get letters of their own, the last one the same in all operands.
    private static String spelled(String formula, List<Shape> shapes) {
        if (!formula.contains("...")) return formula;
        var free = new StringBuilder();
        for (char c : LETTERS.toCharArray()) if (formula.indexOf(c) < 0) free.append(c);
        var sides = formula.split("->", -1);
        var operands = sides[0].split(",", -1);
        int most = 0;
        for (int i = 0; i < Math.min(operands.length, shapes.size()); i++) {
            if (!operands[i].contains("...")) continue;
            int rest = Math.clamp(shapes.get(i).rank() - operands[i].length() + 3, 0, free.length());
            operands[i] = operands[i].replace("...", free.substring(free.length() - rest));
            most = Math.max(most, rest);
        }
        var all = free.substring(free.length() - most);
        var inputs = String.join(",", operands);
        return inputs + "->" + (sides.length > 1 ? sides[1].replace("...", all) : all + once(only(inputs, all, false)));
    }

    // Without a result, letters that come once stay, in alphabetical order.
    private static String once(String letters) {
        return letters.chars().filter(c -> c != ',' && letters.indexOf(c) == letters.lastIndexOf(c)).sorted()
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    /// The places of the operands that meet, in the list of those left; each result goes to the end.
    List<int[]> path() {
        var left = new ArrayList<>(inputs);
        var path = new ArrayList<int[]>();
        while (left.size() > 2) {
            var best = new int[] {0, 1};
            long bestGain = Long.MIN_VALUE, bestCost = Long.MAX_VALUE;
            for (int i = 0; i < left.size(); i++)
                for (int j = i + 1; j < left.size(); j++) {
                    var all = letters(left.get(i) + left.get(j));
                    long gain = size(left.get(i)) + size(left.get(j)) - size(kept(left, i, j)), cost = size(all);
                    if (gain < bestGain || gain == bestGain && cost >= bestCost) continue;
                    best = new int[] {i, j};
                    bestGain = gain;
                    bestCost = cost;
                }
            path.add(best);
            left.add(kept(left, best[0], best[1]));
            left.remove(best[1]);
            left.remove(best[0]);
        }
        path.add(left.size() == 1 ? new int[] {0} : new int[] {0, 1});
        return path;
    }

    /// What the letters of two operands leave: those that others or the result still need.
    private String kept(List<String> left, int i, int j) {
        var needed = new StringBuilder(output);
        for (int o = 0; o < left.size(); o++) if (o != i && o != j) needed.append(left.get(o));
        return only(letters(left.get(i) + left.get(j)), needed.toString(), true);
    }

    private static String letters(String all) {
        var set = new LinkedHashSet<Character>();
        for (char c : all.toCharArray()) set.add(c);
        return text(set);
    }

    private static String text(Set<Character> letters) {
        var text = new StringBuilder();
        letters.forEach(text::append);
        return text.toString();
    }

    private static String only(String letters, String in, boolean contained) {
        return letters.chars().filter(c -> in.indexOf(c) >= 0 == contained)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private long size(String letters) {
        long n = 1;
        for (char c : letters.toCharArray()) n = Math.multiplyExact(n, lengths.get(c));
        return n;
    }

    private Shape shape(String letters) { return Shape.of(letters.chars().map(c -> lengths.get((char) c)).toArray()); }

    // ---- the products ------------------------------------------------------------------------------------------

    private record Operand(Node node, String letters) {}

    Node of(List<Node> nodes) {
        var left = new ArrayList<Operand>();
        for (int i = 0; i < nodes.size(); i++) left.add(distinct(nodes.get(i), inputs.get(i)));
        for (var meet : path()) {
            if (meet.length == 1) break;
            var kept = kept(left.stream().map(Operand::letters).toList(), meet[0], meet[1]);
            left.add(pair(left.get(meet[0]), left.get(meet[1]), kept));
            left.remove(meet[1]);
            left.remove(meet[0]);
        }
        var last = left.getFirst();
        return order(sum(last, output).node, only(last.letters, output, true), output).broadcast(shape(output));
    }

    /// An operand in which each letter comes once: of two the diagonal.
    private Operand distinct(Node x, String letters) {
        for (int a = 0; a < letters.length(); a++) {
            int b = letters.lastIndexOf(letters.charAt(a));
            if (b == a) continue;
            int n = Math.max(x.dim(a), x.dim(b));
            x = x.broadcast(x.shape().with(a, n).with(b, n));
            x = Rearranging.diagonal(Array.of(x), 0, a, b).node(); // last of the axes
            char c = letters.charAt(a--);
            letters = new StringBuilder(letters).deleteCharAt(b).deleteCharAt(a + 1).append(c).toString();
        }
        return new Operand(x, letters);
    }

    /// Letters that nobody needs are summed before anything is multiplied.
    private static Operand sum(Operand x, String needed) {
        var over = new ArrayList<Integer>();
        for (int a = 0; a < x.letters.length(); a++) if (needed.indexOf(x.letters.charAt(a)) < 0) over.add(a);
        if (over.isEmpty()) return x;
        return new Operand(x.node.sum(false, over.stream().mapToInt(a -> a).toArray()),
            only(x.letters, needed, true));
    }

    private Operand pair(Operand a, Operand b, String kept) {
        a = sum(a, kept + b.letters);
        b = sum(b, kept + a.letters);
        var batch = only(only(a.letters, b.letters, true), kept, true);
        var summed = only(only(a.letters, b.letters, true), kept, false);
        var rows = only(a.letters, b.letters, false);
        var columns = only(b.letters, a.letters, false);
        var type = a.node.dtype().promote(b.node.dtype());
        if (summed.isEmpty() || !type.isInexact()) {
            var all = batch + rows + columns + summed;
            var product = spread(a, all).mul(spread(b, all));
            return sum(new Operand(product, all), batch + rows + columns);
        }
        var left = whole(a, batch, rows, summed);
        var right = whole(b, batch, summed, columns);
        return new Operand(left.matmul(right).reshape(shape(batch + rows + columns)), batch + rows + columns);
    }

    /// An operand as a batch of matrices, each group of letters one axis.
    private Node whole(Operand x, String... groups) {
        var all = String.join("", groups);
        var node = order(x.node, x.letters, all).broadcast(shape(all));
        return node.reshape(Shape.of(Arrays.stream(groups).mapToInt(g -> Math.toIntExact(size(g))).toArray()));
    }

    /// An operand that broadcasts along the letters it does not have.
    private static Node spread(Operand x, String all) {
        var node = order(x.node, x.letters, only(all, x.letters, true));
        for (int a = 0; a < all.length(); a++) if (x.letters.indexOf(all.charAt(a)) < 0) node = node.expand(a);
        return node;
    }

    private static Node order(Node x, String from, String to) {
        return x.permute(to.chars().map(from::indexOf).toArray());
    }

    static Array tensordot(Array a, Array b, int[] axesA, int[] axesB) {
        if (axesA.length != axesB.length)
            throw new IllegalArgumentException("tensordot: expected as many axes of both, got " + axesA.length + " and "
                + axesB.length);
        var left = new char[a.rank()];
        var right = new char[b.rank()];
        for (int i = 0; i < left.length; i++) left[i] = (char) ('a' + i);
        for (int i = 0; i < right.length; i++) right[i] = (char) ('A' + i);
        for (int i = 0; i < axesA.length; i++) {
            int x = a.shape().axis("tensordot", axesA[i]), y = b.shape().axis("tensordot", axesB[i]);
            if (a.dim(x) != b.dim(y))
                throw new IllegalArgumentException("tensordot: expected equal lengths, got axis " + x + " of "
                    + a.shape() + " and axis " + y + " of " + b.shape());
            right[y] = left[x];
        }
        var rest = new StringBuilder();
        for (char c : left) if (new String(right).indexOf(c) < 0) rest.append(c);
        for (char c : right) if (c < 'a') rest.append(c);
        return Lazuli.einsum(new String(left) + "," + new String(right) + "->" + rest, a, b);
    }
}
