package dev.lazuli.cpu.vector;

import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/// The lanewise operators of the Vector API by name.
final class Operators {
    private Operators() {}

    /// The interface that an operator's constant is declared with, if there is one for lanes of a type; else null.
    static @Nullable Class<?> type(String name, Class<?> lane) {
        try {
            var field = VectorOperators.class.getField(name);
            return field.get(null) instanceof VectorOperators.Operator op
                && (op.arity() == 1 || op.arity() == 2) && op.compatibleWith(lane) ? field.getType() : null;
        } catch (NoSuchFieldException e) {
            return null;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
