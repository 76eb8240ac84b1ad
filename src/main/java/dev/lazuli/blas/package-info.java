/// The BLAS and LAPACK of the system, found at run time: Accelerate on macOS, OpenBLAS or any other that the user
/// names.
///
/// [Library] finds it or says why there is none, [Once] keeps it or says so again, [Routine] calls what is in it;
/// [Blas] and [Lapack] are the routines that are used, under their own names. Nothing here is needed: package `cpu` has
/// kernels of its own for all of it.
@NullMarked
package dev.lazuli.blas;

import org.jspecify.annotations.NullMarked;
