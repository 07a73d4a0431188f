using MLNet.SynthAugment.Diffusion.Schedulers;

namespace MLNet.SynthAugment.Methods;

/// <summary>The scheduler that a method's sampler option asks for.</summary>
internal static class SchedulerChoice
{
    /// <param name="context">The run, with its model.</param>
    /// <param name="sampler">The sampler; null for the model's own.</param>
    public static Scheduler Create(SynthesisContext context, Sampler? sampler)
    {
        var config = context.Model.SchedulerConfig;
        return Scheduler.Create(sampler is { } chosen ? config.WithSampler(chosen) : config, context.Log);
    }
}
