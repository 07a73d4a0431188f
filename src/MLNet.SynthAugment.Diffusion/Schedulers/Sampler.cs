namespace MLNet.SynthAugment.Diffusion.Schedulers;

/// <summary>Samplers by the names users know; see <see cref="SchedulerConfig.WithSampler"/>.</summary>
public enum Sampler
{
    /// <summary>DDIM: deterministic, first order. 20 to 50 steps.</summary>
    Ddim,

    /// <summary>DDPM: the training process reversed; hundreds of steps.</summary>
    Ddpm,

    /// <summary>PNDM without Runge-Kutta steps (PLMS), Stable Diffusion's first default. 25 to 50 steps.</summary>
    Pndm,

    /// <summary>Euler: deterministic, first order in σ. 20 to 50 steps.</summary>
    Euler,

    /// <summary>Euler at Karras' noise levels.</summary>
    EulerKarras,

    /// <summary>Euler a: adds noise in every step, so that more steps keep changing the image.</summary>
    EulerAncestral,

    /// <summary>DPM++ 2M: deterministic, second order. 15 to 25 steps.</summary>
    DpmSolverPlusPlus2M,

    /// <summary>DPM++ 2M Karras.</summary>
    DpmSolverPlusPlus2MKarras,

    /// <summary>DPM++ 2M SDE: second order with noise in every step. 20 to 40 steps.</summary>
    DpmSolverPlusPlus2MSde,

    /// <summary>DPM++ 2M SDE Karras.</summary>
    DpmSolverPlusPlus2MSdeKarras,

    /// <summary>DPM++ 3M: deterministic, third order; better without guidance than with it.</summary>
    DpmSolverPlusPlus3M,

    /// <summary>DPM++ 3M Karras.</summary>
    DpmSolverPlusPlus3MKarras,

    /// <summary>LCM: 1 to 8 steps, for models or adapters distilled for it.</summary>
    Lcm,
}
