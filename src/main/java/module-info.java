/// Lazy arrays in unified memory, their gradients, and the models built of them.
module dev.lazuli {
    requires static jdk.incubator.vector;
    requires static info.picocli;
    requires static transitive org.jspecify;
    requires tools.jackson.core;
    requires jdk.jfr;
    requires jdk.management;

    exports dev.lazuli;
    exports dev.lazuli.io;
    exports dev.lazuli.llama;
    exports dev.lazuli.nn;
    exports dev.lazuli.quantize;
    exports dev.lazuli.text;
    exports dev.lazuli.type;

    opens dev.lazuli.cli to info.picocli;
}
