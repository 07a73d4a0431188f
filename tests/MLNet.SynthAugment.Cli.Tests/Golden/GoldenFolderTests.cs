// One class a golden folder: what each holds, and the tolerances, are described there; the runner finds the cases.
namespace MLNet.SynthAugment.Cli.Tests.Golden;

public sealed class UNetSD1GoldenTests
{
    [SharedTheory, GoldenCases("unet-sd1")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class UNetSD2GoldenTests
{
    [SharedTheory, GoldenCases("unet-sd2")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class UNetInpaintGoldenTests
{
    [SharedTheory, GoldenCases("unet-sd-inpaint")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class UNetUpscalerGoldenTests
{
    [SharedTheory, GoldenCases("unet-upscaler")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class UNetUnclipGoldenTests
{
    [SharedTheory, GoldenCases("unet-unclip")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class UNetSDXLGoldenTests
{
    [SharedTheory, GoldenCases("unet-sdxl")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class UNetEpsilonsGoldenTests
{
    [SharedTheory, GoldenCases("eps-sensitive/unet")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class AutoencoderKLGoldenTests
{
    [SharedTheory, GoldenCases("vae-kl")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class AutoencoderEpsilonsGoldenTests
{
    [SharedTheory, GoldenCases("eps-sensitive/vae")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class AutoencoderTinyGoldenTests
{
    [SharedTheory, GoldenCases("taesd")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class ClipTextLGoldenTests
{
    [SharedTheory, GoldenCases("clip-text-l")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class ClipTextHGoldenTests
{
    [SharedTheory, GoldenCases("clip-text-h")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class ClipTextProjectionGoldenTests
{
    [SharedTheory, GoldenCases("clip-text-proj")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class ClipTextEpsilonsGoldenTests
{
    [SharedTheory, GoldenCases("eps-sensitive/clip-text")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class ClipVisionGoldenTests
{
    [SharedTheory, GoldenCases("clip-vision")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class ClipModelGoldenTests
{
    [SharedTheory, GoldenCases("clip-full")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class TokenizerGoldenTests
{
    [SharedTheory, GoldenCases("tokenizer")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class SchedulersGoldenTests
{
    [SharedTheory, GoldenCases(".")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class PipelineGoldenTests
{
    [SharedTheory, GoldenCases("pipeline")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class LoraGoldenTests
{
    [SharedTheory, GoldenCases("lora")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class ImageGoldenTests
{
    [SharedTheory, GoldenCases("images")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}

public sealed class SeedSelectGoldenTests
{
    [SharedTheory, GoldenCases("seedselect")]
    public void Agrees(string folder, string name) => GoldenResults.AssertOk(folder, name);
}
