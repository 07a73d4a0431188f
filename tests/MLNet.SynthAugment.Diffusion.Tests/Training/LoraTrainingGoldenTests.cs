using System.Text.Json;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Schedulers;
using MLNet.SynthAugment.Diffusion.Tests.Golden;
using MLNet.SynthAugment.Diffusion.Text;
using MLNet.SynthAugment.Diffusion.Training;
using MLNet.SynthAugment.Diffusion.UNets;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Training;

/// <summary>
/// Training runs recorded from the reference. Tolerances: loss 1e-5, gradients 1e-4 of the tensor's largest, final weights
/// 2e-6 and their change from the start 5 %.
/// </summary>
public class LoraTrainingGoldenTests
{
    [SharedTheory]
    [InlineData("train_cosine.safetensors", false)]
    [InlineData("train_warmup_clip_zeroB.safetensors", true)]
    public void Losses_rates_gradients_and_weights_agree_with_the_reference(string file, bool zeroB)
    {
        using var scope = NewDisposeScope();
        using var document = JsonDocument.Parse(File.ReadAllText(SharedData.Golden("lora", "train.json")));
        var run = document.RootElement.GetProperty("runs").EnumerateArray().Single(r => r.GetProperty("file").GetString() == file);
        var golden = SharedData.Tensors("lora", file);
        using var unet = UNet2DConditionModel.FromFolder(SharedData.Golden("unet-sd1"));
        using var textEncoder = ClipTextModel.FromFolder(SharedData.Golden("clip-text-l"));
        using var frozen = new FrozenParameters(unet, textEncoder);
        using var initial = Initial(zeroB);
        using var parameters = new LoraParameters(initial, new LoraLayers(unet, textEncoder));
        using var optimizer = new LoraOptimizer(parameters.Flat, Options(document.RootElement.GetProperty("optimizer"), run));
        var scheduler = new DdpmScheduler(SchedulerConfig.FromJson(document.RootElement.GetProperty("noise_scheduler").GetRawText()));
        var steps = run.GetProperty("steps").GetInt32();

        for (var step = 0; step < steps; step++)
        {
            var text = textEncoder.forward(golden[$"step{step}.input_ids"]);
            var loss = NoisePredictionLoss.Compute(unet, scheduler, golden[$"step{step}.latents"], golden[$"step{step}.noise"], golden[$"step{step}.timesteps"].data<long>().ToArray(), text);
            if (step == 0) CheckGradients(loss, parameters.Flat, initial, golden);
            var update = optimizer.Update(loss, step);
            Assert.Equal(golden["losses"][step].item<float>(), update.Loss, 1e-5);
            Assert.Equal(golden["learning_rates"][step].item<float>(), update.LearningRate, 1e-10);
            var norm = golden["grad_norms"][step].item<float>();
            Assert.Equal(norm, update.GradientNorm, 1e-4 * norm);
        }

        using var trained = parameters.ToAdapter(new Dictionary<string, string>());
        foreach (var (path, matrices) in trained.Layers)
        {
            CheckWeight($"after{steps}.{path}.lora_A.weight", initial.Layers[path].A, matrices.A, golden);
            CheckWeight($"after{steps}.{path}.lora_B.weight", initial.Layers[path].B, matrices.B, golden);
        }
    }

    private static LoraAdapter Initial(bool zeroB)
    {
        var adapter = LoraAdapter.Load(SharedData.Golden("lora", "lora_peft.safetensors"));
        if (zeroB)
            foreach (var matrices in adapter.Layers.Values) matrices.B.zero_();
        return adapter;
    }

    private static LoraTrainingOptions Options(JsonElement optimizer, JsonElement run) => new()
    {
        LearningRate = optimizer.GetProperty("lr").GetDouble(),
        WeightDecay = optimizer.GetProperty("weight_decay").GetDouble(),
        MaxGradientNorm = run.GetProperty("max_grad_norm").GetDouble(),
        WarmupSteps = run.GetProperty("num_warmup_steps").GetInt32(),
        Steps = run.GetProperty("num_training_steps").GetInt32(),
        Schedule = LearningRateSchedule.Cosine,
    };

    private static void CheckGradients(Tensor loss, FlatParameters parameters, LoraAdapter adapter, Dictionary<string, Tensor> golden)
    {
        autograd.backward([loss], null, retain_graph: true);
        foreach (var (path, i) in adapter.Layers.Keys.Select((path, i) => (path, i)))
        {
            TensorAssert.CloseRelative(golden[$"grad.step0.{path}.lora_A.weight"], parameters.Leaves[2 * i].grad!, 1e-4, path);
            TensorAssert.CloseRelative(golden[$"grad.step0.{path}.lora_B.weight"], parameters.Leaves[2 * i + 1].grad!, 1e-4, path);
        }
    }

    private static void CheckWeight(string name, Tensor before, Tensor after, Dictionary<string, Tensor> golden)
    {
        TensorAssert.Close(golden[name], after, 2e-6, name);
        var expectedChange = golden[name] - before;
        Assert.True(expectedChange.abs().max().item<float>() > 1e-5, $"{name} should change.");
        TensorAssert.CloseRelative(expectedChange, after - before, 0.05, name + " change");
    }
}
