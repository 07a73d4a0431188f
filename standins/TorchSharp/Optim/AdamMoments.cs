using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What Adam and AdamW have in common: they differ in the weight decay alone.</summary>
internal static class AdamMoments
{
    /// <summary>Kingma and Ba 2015, algorithm 1; with <paramref name="largest"/> AMSGrad (Reddi et al. 2018).</summary>
    internal static void Update(
        Parameter parameter, Tensor gradient, Tensor mean, Tensor square, Tensor? largest, double learningRate, double beta1, double beta2, double eps, long step)
    {
        mean.mul_(beta1).add_(gradient, 1 - beta1);
        square.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
        if (largest is not null)
            square = largest.copy_(largest.maximum(square));
        var deviation = square.sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, step))).add_(eps);
        parameter.addcdiv_(mean, deviation, -learningRate / (1 - Math.Pow(beta1, step)));
    }
}
