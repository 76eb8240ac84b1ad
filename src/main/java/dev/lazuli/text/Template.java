package dev.lazuli.text;

import java.util.ArrayList;
import java.util.List;

/// The special tokens that go before and after a text: all that post-processors do to ids.
record Template(List<Integer> before, List<Integer> after) {
    static final Template NONE = new Template(List.of(), List.of());

    /// This one's tokens, and around them those of another.
    Template inside(Template outer) {
        var front = new ArrayList<>(outer.before);
        front.addAll(before);
        var back = new ArrayList<>(after);
        back.addAll(outer.after);
        return new Template(List.copyOf(front), List.copyOf(back));
    }
}
