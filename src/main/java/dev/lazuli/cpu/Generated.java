package dev.lazuli.cpu;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Hidden classes of one method: each has a profile of its own, and goes when its last user goes.
final class Generated {
    private Generated() {}

    interface Body { void write(CodeBuilder code, Rows rows); }

    /// The objects a class refers to; to C2 they are constants.
    static final class Rows {
        private final List<Object> objects = new ArrayList<>();

        /// Leaves an object on the stack.
        void load(CodeBuilder code, Object object, Class<?> type) {
            int index = objects.indexOf(object);
            if (index < 0) {
                index = objects.size();
                objects.add(object);
            }
            code.loadConstant(DynamicConstantDesc.ofNamed(
                ConstantDescs.BSM_CLASS_DATA_AT, "_", desc(type), index));
        }
    }

    /// An instance of a new class whose only method implements that of an interface of this package.
    static <T> T make(Class<T> type, Body body) {
        var lookup = MethodHandles.lookup();
        var rows = new Rows();
        Method method = Stream.of(type.getMethods()).filter(m -> m.getName().equals("run")).findFirst().orElseThrow();
        var signature = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
        var name = ClassDesc.of(Generated.class.getPackageName(), "Generated" + type.getSimpleName());
        var bytes = ClassFile.of().build(name, c -> c
            .withInterfaceSymbols(desc(type))
            .withMethodBody(INIT_NAME, MethodTypeDesc.of(CD_void), ClassFile.ACC_PUBLIC,
                code -> code.aload(0).invokespecial(CD_Object, INIT_NAME, MethodTypeDesc.of(CD_void)).return_())
            .withMethodBody("run", signature.describeConstable().orElseThrow(), ClassFile.ACC_PUBLIC,
                code -> body.write(code, rows)));
        try {
            var made = lookup.defineHiddenClassWithClassData(bytes, List.copyOf(rows.objects), true);
            return type.cast(made.findConstructor(made.lookupClass(), MethodType.methodType(void.class)).invoke());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static ClassDesc desc(Class<?> type) { return type.describeConstable().orElseThrow(); }
}
