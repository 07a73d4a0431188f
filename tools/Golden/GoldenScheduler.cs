namespace MLNet.SynthAugment.Golden;

/// <summary>Makes the samplers that golden files describe.</summary>
internal static class GoldenScheduler
{
    /// <summary>A sampler of a given diffusers class.</summary>
    /// <param name="className">Name of the class.</param>
    /// <param name="config">Its configuration; absent keys take the class's defaults.</param>
    /// <param name="arguments">An object with what diffusers takes as arguments of a step (eta, s_churn, …); may be
    /// undefined.</param>
    /// <exception cref="NotSupportedException">There is no such sampler, or an argument is not known.</exception>
    public static Scheduler Make(string className, JsonElement config, JsonElement arguments = default)
    {
        var settings = SchedulerConfig.FromJson(config.GetRawText()) with
        {
            ClassName = className,
            PreviousTimestep = PreviousTimestep.FixedStride,
        };
        var given = arguments.ValueKind == JsonValueKind.Object
            ? arguments.EnumerateObject().ToDictionary(field => field.Name, field => field.Value) : [];
        Scheduler scheduler = Sampler.All.FirstOrDefault(sampler => sampler.ClassName == className)?.Name switch
        {
            nameof(Sampler.Ddim) => new DdimScheduler(settings, Number("eta", 0), Flag("use_clipped_model_output")),
            nameof(Sampler.Euler) => new EulerDiscreteScheduler(settings, new EulerChurn
            {
                Amount = Number("s_churn", 0),
                MinSigma = Number("s_tmin", 0),
                MaxSigma = Number("s_tmax", double.PositiveInfinity),
                NoiseScale = Number("s_noise", 1),
            }),
            _ => Scheduler.Create(settings, sentence => throw new NotSupportedException(sentence)),
        };
        return given.Count == 0
            ? scheduler : throw new NotSupportedException(
                $"{className} does not know the step argument {given.Keys.First()}.");

        double Number(string name, double absent) => given.Remove(name, out var value) ? value.GetDouble() : absent;
        bool Flag(string name) => given.Remove(name, out var value) && value.GetBoolean();
    }
}
