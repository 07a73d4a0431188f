using System.Diagnostics;
using Microsoft.ML.Data;

namespace MLNet.SynthAugment.Views;

/// <summary>Whether a pipeline is being fitted on this thread.</summary>
/// <remarks>
/// A pipeline that was built step by step in a variable of type <c>IEstimator&lt;ITransformer&gt;</c> is a chain inside a chain. ML.NET fits the inner
/// one and then sends the training data through it once more, so that the transformer meets them in another view object than <c>Fit</c> did. Nothing
/// in its public interface tells this call from a user's own <c>Transform</c>; the call stack does.
/// </remarks>
internal static class EnclosingFit
{
    public static bool IsRunning() => new StackTrace().GetFrames().Select(frame => frame.GetMethod()).Any(method =>
        method is { Name: nameof(EstimatorChain<>.Fit), DeclaringType: { IsGenericType: true } type } && type.GetGenericTypeDefinition() == typeof(EstimatorChain<>));
}
