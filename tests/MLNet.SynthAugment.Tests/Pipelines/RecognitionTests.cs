using Microsoft.ML;
using Microsoft.ML.Data;
using SixLabors.ImageSharp;

namespace MLNet.SynthAugment.Tests.Pipelines;

/// <summary>The fitted rows are known again by what they hold, whatever view they come in.</summary>
public sealed class RecognitionTests : IDisposable
{
    private const string Nothing = "Appended no synthetic rows: ";

    private readonly Fitting _fitting = new();
    private readonly List<Drawing> _shots;
    private readonly IDataView _train;

    public RecognitionTests()
    {
        _shots = _fitting.WriteShots();
        _train = View(_shots);
    }

    public void Dispose() => _fitting.Dispose();

    private MLContext ML => _fitting.ML;

    private IDataView View(IEnumerable<Drawing> rows) => ML.Data.LoadFromEnumerable(rows);

    private SynthesizeFewShotTransformer Fit(IDataView? view = null, string image = "ImagePath") =>
        _fitting.Fit(view ?? _train, _fitting.Options(image));

    private string LastSentence =>
        _fitting.Log.Last(line => line.StartsWith("Info: Appended ", StringComparison.Ordinal))["Info: ".Length..];

    private void AssertExpands(ITransformer transformer, IDataView view)
    {
        var expanded = transformer.Transform(view);
        Assert.Equal("Appended 18 synthetic rows to the 12 rows that were fitted on.", LastSentence);
        Assert.Equal(30, RowCounter.Count(expanded));
    }

    private void AssertPasses(ITransformer transformer, IEnumerable<Drawing> rows, string why)
    {
        var view = View(rows);
        var passed = transformer.Transform(view);
        Assert.Equal($"{Nothing}{why}. They are appended to exactly the rows that were fitted on.", LastSentence);
        Assert.Equal(RowCounter.Count(view), RowCounter.Count(passed));
        Assert.DoesNotContain(true, passed.GetColumn<bool>("IsSynthetic"));
    }

    [Fact]
    public void A_preparation_that_was_fitted_expands_what_it_was_fitted_on()
    {
        AssertExpands(ML.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(ML.Transforms.SynthesizeFewShot(_fitting.Options("Image"))).Pixels(ML).Fit(_train), _train);
        AssertExpands(ML.Transforms.LoadRawImageBytes("Raw", "", "ImagePath")
            .Append(ML.Transforms.SynthesizeFewShot(_fitting.Options("Raw"))).Fit(_train), _train);
        AssertExpands(ML.Transforms.Conversion.MapValueToKey("Label")
            .Append(ML.Transforms.SynthesizeFewShot(_fitting.Options())).Fit(_train), _train);
        var inner = ML.Transforms.CopyColumns("Copy", "Label")
            .Append(ML.Transforms.SynthesizeFewShot(_fitting.Options("Bytes")));
        AssertExpands(ML.Transforms.CopyColumns("Other", "Label").Append(inner)
            .Append(ML.Transforms.DropColumns("Other")).Fit(_train), _train);
    }

    [Fact]
    public void Preview_of_a_pipeline_shows_the_synthetic_rows()
    {
        var pipeline = ML.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(ML.Transforms.SynthesizeFewShot(_fitting.Options("Image")));
        Assert.Equal(30, pipeline.Preview(_train).RowView.Length);
        Assert.Equal(30, pipeline.Fit(_train).Preview(_train).RowView.Length);
    }

    [Fact]
    public void Two_synthesis_steps_expand_one_after_the_other()
    {
        var options = _fitting.Options(perClass: 2);
        options.Seed = 7;
        var pipeline = ML.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(ML.Transforms.SynthesizeFewShot(_fitting.Options()))
                .Append(ML.Transforms.SynthesizeFewShot(options));
        var expanded = pipeline.Fit(_train).Transform(_train);
        Assert.Equal(12 + 18 + 6, RowCounter.Count(expanded));
        Assert.Equal(18 + 6, expanded.GetColumn<bool>("IsSynthetic").Count(isSynthetic => isSynthetic));
    }

    [Fact]
    public void The_same_rows_in_another_view_expand()
    {
        var step = Fit();
        AssertExpands(step, View(_shots.ToList()));
        AssertExpands(step, ML.Data.Cache(_train));
        AssertExpands(step, ML.Data.ShuffleRows(_train, seed: 3));
        AssertExpands(step, ML.Data.TakeRows(View(_shots.Concat(_shots)), 12));
        var binary = _fitting.Folder["rows.idv"];
        using (var stream = File.Create(binary))
            ML.Data.SaveAsBinary(_train, stream);
        AssertExpands(step, ML.Data.LoadFromBinary(binary));
        AssertExpands(Fit(image: "Bytes"), ML.Data.LoadFromBinary(binary));
    }

    [Fact]
    public void A_text_file_that_is_loaded_again_expands()
    {
        var file = _fitting.Folder["rows.tsv"];
        File.WriteAllLines(file, _shots.Select(shot => $"{shot.ImagePath}\t{shot.Label}"));
        IDataView Load() => ML.Data.LoadFromTextFile(
            file, [new TextLoader.Column("ImagePath", DataKind.String, 0),
            new TextLoader.Column("Label", DataKind.String, 1)]);
        AssertExpands(Fit(Load()), Load());
    }

    [Fact]
    public void Rows_of_another_order_lead_to_their_own_numbers_and_labels()
    {
        var keyed = ML.Transforms.Conversion.MapValueToKey("Label");
        var step = Fit(keyed.Fit(_train).Transform(_train));
        // The first label met is the first key.
        var backwards = View(Enumerable.Reverse(_shots));
        var expanded = step.Transform(keyed.Fit(backwards).Transform(backwards));
        var names = ML.Transforms.Conversion.MapKeyToValue("Label").Fit(expanded).Transform(expanded);
        var paths = expanded.GetColumn<string>("ImagePath").ToList();
        var rows = names.GetColumn<string>("Label").Zip(expanded.GetColumn<string>("SourceId"), paths).ToList();
        Assert.Equal(30, rows.Count);
        Assert.All(rows.Skip(12),
            row => Assert.Equal(row.First, Enumerable.Reverse(_shots).ElementAt(int.Parse(row.Second)).Label));
        Assert.All(rows.Skip(12), row => Assert.Contains(row.First, row.Third));
    }

    [Fact]
    public void Other_rows_pass_with_a_reason()
    {
        var step = Fit();
        var tests = Drawings.Write(_fitting.Folder["tests"], 4, firstNumber: 100);
        AssertPasses(step, tests, "row 0 of the data is none of the 12 that were fitted on");
        AssertPasses(step, tests[..5], "the data have 5 rows and 12 were fitted on");
        AssertPasses(step, [.. _shots[..11], tests[0]], "row 11 of the data is none of the 12 that were fitted on");
        AssertPasses(step, [.. _shots[..11], _shots[0]], "row 11 of the data is none of the 12 that were fitted on");
        AssertPasses(step, [.. _shots, .. tests], "the data have 24 rows and 12 were fitted on");
        AssertPasses(step, [.. _shots, .. _shots], "the data have 24 rows and 12 were fitted on");
        AssertPasses(step, _shots[..4], "the data have 4 rows and 12 were fitted on");
        AssertPasses(step, [], "the data have 0 rows and 12 were fitted on");
        // Sequences that do not know their length.
        AssertPasses(step, Unknown(_shots.Concat(tests)), "the data hold the 12 rows that were fitted on and others");
        AssertPasses(step, Unknown(_shots.Take(4)), "the data hold only 4 of the 12 rows that were fitted on");

        var relabelled = _shots.ConvertAll(shot => new Drawing { Label = shot.Label, ImagePath = shot.ImagePath });
        (relabelled[0].Label, relabelled[1].Label) = (relabelled[1].Label, relabelled[0].Label);
        AssertPasses(step, relabelled, "row 0 of the data is none of the 12 that were fitted on");

        static IEnumerable<Drawing> Unknown(IEnumerable<Drawing> rows)
        {
            foreach (var row in rows)
                yield return row;
        }
    }

    [Fact]
    public void Data_without_the_label_or_the_image_pass_with_a_reason()
    {
        var step = Fit();
        var unlabelled = ML.Transforms.DropColumns("Label").Fit(_train).Transform(_train);
        Assert.Equal(12, RowCounter.Count(step.Transform(unlabelled)));
        Assert.StartsWith($"{Nothing}the data cannot be those that were fitted on (The data has no label column 'Label'.", LastSentence);

        // A cache drops images.
        var images = ML.Transforms.LoadImages("Image", "", "ImagePath").Fit(_train).Transform(_train);
        var cached = ML.Data.Cache(images);
        Assert.Equal(12, RowCounter.Count(Fit(images, "Image").Transform(cached)));
        Assert.StartsWith($"{Nothing}the data cannot be those that were fitted on (The data has no image column 'Image'.", LastSentence);
        AssertExpands(Fit(images), cached);
    }

    [Fact]
    public void Of_other_data_no_row_is_read_beyond_the_first_strange_one()
    {
        var step = Fit();
        var read = 0;
        var tests = Drawings.Write(_fitting.Folder["tests"], 4, firstNumber: 100);
        step.Transform(View(_shots.Take(3).Concat(tests).Select(row =>
        {
            read++;
            return row;
        })));
        Assert.Equal(4, read);
    }

    [Fact]
    public void Images_of_other_data_are_not_kept()
    {
        var step = Fit();
        var kept = Directory.GetFiles(
            Path.Combine(_fitting.StoreFolder, "shots"), "*", SearchOption.AllDirectories).Length;
        step.Transform(View(Drawings.Write(_fitting.Folder["tests"], 4, firstNumber: 100)));
        Assert.Equal(kept, Directory.GetFiles(
            Path.Combine(_fitting.StoreFolder, "shots"), "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Rows_without_a_readable_image_or_a_label_are_known_again_too()
    {
        File.WriteAllText(_shots[0].ImagePath, "not an image");
        _shots[4].Label = "";
        var step = Fit();
        // The unreadable row is left out.
        Assert.Equal(11 + 18, RowCounter.Count(step.Transform(View(_shots.ToList()))));
        Drawings.Draw(2, 50).Save(_shots[0].ImagePath);
        AssertPasses(step, _shots, "row 0 of the data is none of the 12 that were fitted on");
    }

    [Fact]
    public void Many_threads_come_to_the_same_result()
    {
        var step = Fit();
        var tests = Drawings.Write(_fitting.Folder["tests"], 4, firstNumber: 100);
        Parallel.For(0, 24, i =>
            Assert.Equal(i % 2 == 0
                ? 30 : 12, RowCounter.Count(step.Transform(View((i % 2 == 0 ? _shots : tests).ToList())))));
    }

    [Fact]
    public void A_loaded_step_says_that_it_was_not_fitted()
    {
        Fit().Save(_fitting.Folder["saved"]);
        AssertPasses(SynthesizeFewShotTransformer.Load(ML, _fitting.Folder["saved"], new ShiftedShots()), _shots,
            "this step was loaded from a folder, not fitted");
    }
}
