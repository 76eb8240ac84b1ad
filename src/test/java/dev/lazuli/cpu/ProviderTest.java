package dev.lazuli.cpu;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.*;

class ProviderTest {

    @Test void theVectorProviderServesWhereItsModuleIs() {
        boolean module = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        boolean c2 = !System.getProperty("java.vm.info").contains("emulated-client");
        assertEquals(module ? 2 : 1, Provider.all().size());
        if (System.getProperty("lazuli.provider") == null)
            assertEquals(module && c2 ? "vector" : "scalar", Provider.chosen().name());
    }

    @Test void lanesAreAPowerOfTwo() {
        for (var provider : Provider.all()) assertEquals(1, Integer.bitCount(provider.lanes()), provider.name());
    }
}
