//! Instruction sets: each kernel is compiled for several and the best is chosen at run time.

/// The instruction sets that kernels are compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isa {
    /// What every machine of this architecture has (SSE2 on x86-64, NEON on 64-bit ARM).
    Baseline,
    /// 256-bit vectors with fused multiply-add (x86-64 since about 2013).
    Avx2,
    /// 512-bit vectors.
    Avx512,
}

impl Isa {
    /// The best instruction set of the machine that runs this program.
    #[inline]
    pub fn of_this_machine() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            // The standard library caches these answers: a test is one load.
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
            {
                return Self::Avx512;
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                return Self::Avx2;
            }
        }
        Self::Baseline
    }

    /// Whether `a * b + c` is one instruction here. (Where it is not, asking for it is very slow.)
    pub const fn has_fused_multiply_add(self) -> bool {
        cfg!(target_arch = "aarch64") || matches!(self, Self::Avx2 | Self::Avx512)
    }
}

/// Defines a function whose loops the compiler turns into vector code, once per instruction set.
///
/// The body is ordinary Rust, in which the constant `FMA` says whether `a.mul_add(b, c)` is one
/// instruction. It must not call functions that are not inlined, or those parts are compiled for
/// the baseline only.
macro_rules! kernel {
    ($(#[$meta:meta])* $vis:vis fn $name:ident<$t:ident: Real>($($arg:ident: $ty:ty),* $(,)?)
        $(-> $ret:ty)? $body:block) => {
        $(#[$meta])*
        $vis fn $name<$t: $crate::tensor::Real>($($arg: $ty),*) $(-> $ret)? {
            #[inline(always)]
            fn body<$t: $crate::tensor::Real, const FMA: bool>($($arg: $ty),*) $(-> $ret)? $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
                fn avx512<$t: $crate::tensor::Real>($($arg: $ty),*) $(-> $ret)? {
                    body::<$t, true>($($arg),*)
                }
                #[target_feature(enable = "avx2,fma")]
                fn avx2<$t: $crate::tensor::Real>($($arg: $ty),*) $(-> $ret)? {
                    body::<$t, true>($($arg),*)
                }
                match $crate::tensor::Isa::of_this_machine() {
                    // SAFETY: the machine was just asked whether it has these instructions.
                    $crate::tensor::Isa::Avx512 => return unsafe { avx512::<$t>($($arg),*) },
                    // SAFETY: as above.
                    $crate::tensor::Isa::Avx2 => return unsafe { avx2::<$t>($($arg),*) },
                    $crate::tensor::Isa::Baseline => {}
                }
            }
            body::<$t, { $crate::tensor::Isa::Baseline.has_fused_multiply_add() }>($($arg),*)
        }
    };
}
