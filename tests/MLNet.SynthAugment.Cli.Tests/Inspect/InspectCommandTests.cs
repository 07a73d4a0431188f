using System.Text.Json.Nodes;
using Microsoft.ML;
using MLNet.SynthAugment.Cli.Inspect;
using MLNet.SynthAugment.Cli.Tests.Generate;
using MLNet.SynthAugment.Diffusion.Lora;
using MLNet.SynthAugment.Diffusion.Weights;
using MLNet.SynthAugment.Methods;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Cli.Tests.Inspect;

public sealed class InspectCommandTests : IDisposable
{
    private readonly GenerateFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_model_folder_is_loaded_and_a_value_that_is_no_number_found()
    {
        AssertSound(_files.In("model"), "Diffusion model", "unet", "Float32", "image size    16 × 16 pixels",
            "SHA-256");
        var path = Directory.GetFiles(_files.In("model", "unet"), "*.safetensors").Single();
        Rewrite(path, tensors => tensors["conv_in.bias"][0] = double.NaN);
        AssertUnsound(_files.In("model"), "tensor 'conv_in.bias' has values that are infinite or no numbers");
        Rewrite(path, tensors => tensors.Remove("conv_in.bias"));
        AssertUnsound(_files.In("model"), "conv_in.bias");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^50]);
        AssertUnsound(_files.In("model"), path);
    }

    [Fact]
    public void An_adapter_is_told_by_its_format_layers_and_rank()
    {
        using var model = TinyModels.LatentDiffusion();
        using var adapter = TinyModels.RandomAdapter(new LoraLayers(model), seed: 3, includeTextEncoder: true);
        adapter.Save(_files.In("peft.safetensors"));
        AssertSound(_files.In("peft.safetensors"), "LoRA adapter with Peft names", "of unet", "of text_encoder",
            "rank ", "SHA-256");
        adapter.Save(_files.In("kohya.safetensors"), LoraFormat.Kohya);
        AssertSound(_files.In("kohya.safetensors"), "LoRA adapter with kohya's names");
        File.WriteAllText(_files.In("damaged.safetensors"), "no tensors at all");
        AssertUnsound(_files.In("damaged.safetensors"), "damaged.safetensors");
    }

    [Fact]
    public void Settings_of_PEFT_without_effect_are_told_and_those_that_do_not_fit_are_a_problem()
    {
        using var values = ones(2, 2);
        const string Layer = "base_model.model.mid_block.to_q";
        var matrices = new[] { ".lora_A.weight", ".lora_B.weight" }.ToDictionary(part => Layer + part, _ => values);
        SafetensorsWriter.Write(_files.In("adapter_model.safetensors"), matrices);
        File.WriteAllText(_files.In("adapter_config.json"),
            """{"r": 2, "lora_alpha": 4, "alpha_pattern": {"to_k": 8}}""");
        AssertSound(_files.In("adapter_model.safetensors"), "alpha    4", "warning", "the key 'to_k' matches no layer");
        File.WriteAllText(_files.In("adapter_config.json"), """{"r": 16, "lora_alpha": 4}""");
        AssertUnsound(_files.In("adapter_model.safetensors"), "says r = 16");
    }

    [Fact]
    public void Other_tensors_are_listed_with_what_the_file_says_of_itself()
    {
        using var values = ones(2, 3);
        SafetensorsWriter.Write(
            _files.In("other.safetensors"), new Dictionary<string, Tensor>
            { ["seed.0"] = values }, new Dictionary<string, string> { ["label"] = "cat" });
        AssertSound(_files.In("other.safetensors"), "safetensors file", "seed.0 [2, 3]", "metadata label", "cat");
    }

    [Fact]
    public void An_image_set_is_decoded_whole()
    {
        AssertSound(_files.AddSet(), "Image set", "classes  2 of 4 to 4 images: cat, dog", "pixels   16 × 16");
        File.WriteAllText(_files.In("set", "cat", "broken.png"), "no image");
        AssertUnsound(_files.In("set"), "Of class 'cat', 1 is left out ('cat/broken.png'): it cannot be read");
    }

    [Fact]
    public void What_is_left_out_of_a_set_is_counted_by_class_and_reason()
    {
        _files.AddSet();
        foreach (var name in new[] { "1.ppm", "2.ppm" })
            _files.AddText("P6 1 1 255\n", "set", "fig", name);
        _files.AddText("about", "set", "README.md");
        AssertUnsound(_files.In("set"),
            "Of class 'fig', 2 are left out ('fig/1.ppm', 'fig/2.ppm'), each because it is a PBM, PGM, PPM or "
                + "PAM image");
        AssertUnsound(_files.In("set"), "class 'fig' has no image that can be read");
        Directory.Delete(_files.In("set", "fig"), recursive: true);
        Directory.CreateDirectory(_files.In("set", "empty"));
        AssertUnsound(_files.In("set"), "Of class 'empty', 1 is left out ('empty'): no image lies in this folder.");
    }

    [Fact]
    public void Shots_that_cannot_teach_are_warned_of()
    {
        _files.AddSet();
        _files.AddImage(0, "set", "cat", "copy.png");
        _files.AddImage(0, "set", "dog", "cat.png");
        _files.AddImage(30, "set", "Dog", "1.png");
        AssertSound(_files.In("set"),
            "Warning: 2 of the 5 images of class 'cat' are identical and teach no more than one: cat/0.png, "
                + "cat/copy.png.",
            "Warning: The same picture is in 2 classes, of which at most one can be right: 'cat', 'dog'. "
                + "It is cat/0.png, cat/copy.png, dog/cat.png.",
            "Warning: 1 of the 1 images of class 'Dog' is of one colour and shows nothing: Dog/1.png.",
            "Warning: Classes 'Dog' and 'dog' have names that differ only in letter case, spaces or Unicode form: "
                + "'Dog' and 'dog'.");
    }

    [Fact]
    public void Doubt_about_splits_is_a_problem_that_says_which_option_decides()
    {
        _files.AddImage(1, "set", "test", "1.png");
        _files.AddImage(2, "set", "cat", "2.png");
        AssertUnsound(_files.In("set"), "(--split .) takes all folders there for classes");
    }

    [Fact]
    public void A_class_or_split_that_would_vanish_through_a_link_is_a_problem_that_names_it()
    {
        _files.AddImage(1, "set", "cat", "1.png");
        Directory.CreateSymbolicLink(_files.In("set", "latest"), ".");
        AssertSound(_files.In("set"), "'latest'");
        Directory.CreateSymbolicLink(_files.In("set", "kitty"), "cat");
        AssertUnsound(_files.In("set"), "'kitty' leads to the images of 'cat'");
        _files.AddImage(2, "all", "dog", "2.png");
        Directory.CreateDirectory(_files.In("split"));
        foreach (var split in new[] { "train", "test" })
            Directory.CreateSymbolicLink(_files.In("split", split), _files.In("all"));
        AssertUnsound(_files.In("split"), "'train' leads to the images of 'test/dog'");
    }

    [Fact]
    public void Classes_that_merge_and_splits_without_images_are_problems()
    {
        _files.AddImage(1, "set", "train", "a b", "c", "1.png");
        _files.AddImage(2, "set", "train", "a", "b c", "2.png");
        AssertUnsound(_files.In("set"), "Class 'a b c' would be made of 2 folders: 'train/a b/c', 'train/a/b c'.");
        Directory.Delete(_files.In("set", "train", "a b"), recursive: true);
        AssertSound(_files.In("set"));
        Directory.CreateDirectory(_files.In("set", "test", "cat"));
        AssertUnsound(_files.In("set"), "1 is left out ('test'): no image lies in this split.");
    }

    [Fact]
    public void Names_that_would_move_the_cursor_are_escaped()
    {
        if (OperatingSystem.IsWindows())
            return;
        _files.AddImage(1, "set", "cat\u001b[2J\nSound.\u202e", "1.png");
        _files.AddImage(2, "set", "dog", "2.png");
        AssertSound(_files.In("set"), "cat\\u001b[2J\\nSound.\\u202e");
        Assert.DoesNotContain("\u001b", Run(_files.In("set")).Output);
    }

    [Fact]
    public void A_set_with_splits_is_described_split_by_split()
    {
        _files.AddImage(1, "set", "train", "cat", "1.png");
        _files.AddImage(2, "set", "test", "cat", "2.png");
        AssertSound(_files.In("set"), "train: images", "test: images");
    }

    [Fact]
    public void A_store_and_what_a_run_wrote_are_verified()
    {
        Assert.Equal(0, GenerateFixture.Run(_files.QuickRun(_files.AddSet())).ExitCode);
        AssertSound(_files.In("out", "images"), "Image set");
        var store = Assert.Single(Directory.GetDirectories(_files.In("out", "store"), "datadream-*"));
        AssertSound(store, "Synthesis store", "DataDream", "images");
        var image = Directory.GetFiles(store, "*.png", SearchOption.AllDirectories)[0];
        File.AppendAllText(image, "x");
        AssertUnsound(store, Path.GetFileName(image));
        File.WriteAllText(Path.Combine(store, "manifest.db"), new string('x', 5000));
        AssertUnsound(store, "manifest.db");
    }

    [Fact]
    public void A_saved_transformer_is_sound_until_a_shot_or_a_mask_is_lost_or_altered()
    {
        SaveTransformer(_files.In("saved"));
        AssertSound(_files.In("saved"), "Saved transformer", "label column  Label", "shots         4, 3 with a mask",
            "images        2 of 2 classes");
        var shot = JsonNode.Parse(
            File.ReadAllText(_files.In(
            "saved", "transformer.json")))!["Classes"]![0]!["Shots"]!.AsArray().Select(saved => saved!["Content"]!)
            .First(content => content["Mask"] is not null);
        foreach (var (kind, hash) in new[] { ("shot", (string)shot["Image"]!), ("mask", (string)shot["Mask"]!) })
        {
            var path = _files.In("saved", "shots", hash[..2], hash + ".png");
            var content = File.ReadAllBytes(path);
            File.Delete(path);
            AssertUnsound(_files.In("saved"), $"The {kind} '{path}' is missing");
            File.WriteAllBytes(path, content[..^20]);
            AssertUnsound(_files.In("saved"), $"The {kind} '{path}' is damaged");
            File.WriteAllBytes(path, GenerateFixture.Image(17));
            AssertUnsound(_files.In("saved"), $"The {kind} '{path}' is altered");
            File.WriteAllBytes(path, content);
        }
        AssertSound(_files.In("saved"));
        var text = File.ReadAllText(_files.In("saved", "transformer.json"));
        File.WriteAllText(_files.In("saved", "transformer.json"),
            text.Replace((string)shot["Image"]!, "../../model", StringComparison.Ordinal));
        AssertUnsound(_files.In("saved"), "'../../model' is no image");
        foreach (var damaged in new[] { "{ \"Format\": 3 }",
            text.Replace("\"Image\"", "\"Imge\"", StringComparison.Ordinal) })
        {
            File.WriteAllText(_files.In("saved", "transformer.json"), damaged);
            AssertUnsound(_files.In("saved"), "transformer.json' is damaged");
        }
    }

    private sealed class MaskedImage
    {
        public string Label { get; set; } = "";

        public string Image { get; set; } = "";

        public string Mask { get; set; } = "";
    }

    private void SaveTransformer(string folder)
    {
        var rows = Enumerable.Range(0, 4).Select(i => new MaskedImage
        {
            Label = i < 2 ? "cat" : "dog",
            Image = _files.AddImage(i, "rows", $"{i}.png"),
            Mask = i == 3 ? "" : _files.AddImage(10 + i, "rows", $"mask {i}.png"),
        });
        var ml = new MLContext();
        ml.Transforms.SynthesizeFewShot(new SynthesizeFewShotEstimator.Options
        {
            ImagesPerClass = 1,
            BatchSize = 1,
            Method = new ClassNamePrompt { Sampling = new() { Steps = 1 } },
            Model = DiffusionModel.FromFolder(_files.In("model")),
            MaskColumnName = nameof(MaskedImage.Mask),
            StoreFolder = _files.In("transformer's store"),
            Device = "cpu",
        }).Fit(ml.Data.LoadFromEnumerable(rows)).Save(folder);
    }

    [Fact]
    public void What_is_unknown_or_not_there_is_an_error()
    {
        File.WriteAllText(_files.In("text.txt"), "a text");
        Assert.Contains("is none of", Assert.Throws<InvalidDataException>(() => Run(_files.In("text.txt"))).Message);
        Assert.Throws<FileNotFoundException>(() => Run(_files.In("nowhere")));
    }

    private static void AssertSound(string path, params string[] expected)
    {
        var (exitCode, output) = Run(path);
        Assert.All(expected, text => Assert.Contains(text, output));
        Assert.True(exitCode == 0, output);
        Assert.EndsWith("Sound.", output.TrimEnd(), StringComparison.Ordinal);
    }

    private static void AssertUnsound(string path, string expected)
    {
        var (exitCode, output) = Run(path);
        Assert.Equal(1, exitCode);
        Assert.Contains(output.Split(Environment.NewLine),
            line => line.StartsWith("Problem: ", StringComparison.Ordinal)
                && line.Contains(expected, StringComparison.Ordinal));
        Assert.EndsWith("Not sound.", output.TrimEnd(), StringComparison.Ordinal);
    }

    private static (int ExitCode, string Output) Run(string path)
    {
        using var output = new StringWriter();
        return (InspectCommand.Run(path, output), output.ToString());
    }

    private static void Rewrite(string path, Action<Dictionary<string, Tensor>> change)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors;
        using (var file = SafetensorsFile.Open(path))
            tensors = file.Tensors.Keys.ToDictionary(name => name, name => file.Read(name));
        change(tensors);
        SafetensorsWriter.Write(path, tensors);
    }
}
