using TorchSharp;

namespace MLNet.SynthAugment.Diffusion.Tests;

public sealed class ComputeDeviceTests
{
    [Fact]
    public void Auto_takes_cuda_if_it_is_there_and_says_so()
    {
        var sentences = new List<string>();
        var device = ComputeDevice.Select("auto", sentences.Add);
        Assert.Equal(torch.cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU, device.type);
        Assert.Contains(torch.cuda.is_available() ? "cuda:0" : "no CUDA device", Assert.Single(sentences));
    }

    [Fact]
    public void The_cpu_can_be_asked_for() => Assert.Equal(DeviceType.CPU, ComputeDevice.Select(" CPU ").type);

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    [InlineData("")]
    public void Nonsense_is_refused(string option) =>
        Assert.Contains("cuda:N", Assert.Throws<ArgumentException>(() => ComputeDevice.Select(option)).Message);

    [Fact]
    public void A_device_that_is_not_there_is_refused() =>
        Assert.Contains("device 99",
            Assert.Throws<InvalidOperationException>(() => ComputeDevice.Select("cuda:99")).Message);
}
