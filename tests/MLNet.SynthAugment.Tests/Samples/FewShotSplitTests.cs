using System.IO.Compression;
using FewShotAccuracy.Images;
using MLNet.SynthAugment.Tests.Support;

namespace MLNet.SynthAugment.Tests.Samples;

public sealed class FewShotSplitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Without_splits_no_test_image_is_a_shot(int seed)
    {
        SampleImages.SaveClasses(_folder.File("set"), 9, "a", "b");
        // The same picture under two names must not end on both sides.
        for (var i = 0; i < 9; i++)
            SampleImages.Save(_folder.File("set", "a", $"copy{i}.png"), i);
        var split = Split(Load("set"), shots: 4, seed);
        Assert.Equal(8, split.Shots.Count);
        Assert.Equal(8, split.Test.Count);
        Assert.Empty(split.Shots.Select(image => image.PixelHash).Intersect(split.Test.Select(image => image.PixelHash)));
    }

    [Fact]
    public void Without_splits_seeds_share_the_test_images_and_draw_other_shots()
    {
        SampleImages.SaveClasses(_folder.File("set"), 20, "a", "b");
        var set = Load("set");
        var (first, again, second) = (Split(set, 3, seed: 1), Split(set, 3, seed: 1), Split(set, 3, seed: 2));
        Assert.Equal(Names(first.Test), Names(second.Test));
        Assert.Equal(Names(first.Shots), Names(again.Shots));
        Assert.NotEqual(Names(first.Shots), Names(second.Shots));
    }

    [Fact]
    public void Given_splits_are_kept_and_shots_are_the_first_by_file_name()
    {
        SaveGivenSplits("set");
        var split = Split(Load("set"), shots: 2, seed: 7);
        Assert.Equal(["train/a/x/00.png", "train/a/x/01.png", "train/b/00.png", "train/b/01.png"], Names(split.Shots));
        Assert.All(split.Test, image => Assert.StartsWith("test/", image.Name, StringComparison.Ordinal));
        Assert.Equal(8, split.Test.Count);
        // Nested folders are one class, named by all of them.
        Assert.Equal(["a x", "b"], split.ClassNames);
    }

    [Fact]
    public void Given_splits_can_be_drawn_from_by_the_seed()
    {
        SampleImages.SaveClasses(_folder.File("set", "train"), 30, "a", "b");
        SampleImages.SaveClasses(_folder.File("set", "test"), 2, "a", "b");
        var set = Load("set");
        var (first, second) = (FewShotSplit.Create(set, 3, 1, drawShots: true, _log.Add), FewShotSplit.Create(set, 3, 2, drawShots: true, _log.Add));
        Assert.NotEqual(Names(first.Shots), Names(second.Shots));
        Assert.All(first.Shots, image => Assert.StartsWith("train/", image.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Ranks_of_the_index_file_decide_which_shots_come_first()
    {
        SaveGivenSplits("set");
        File.WriteAllLines(_folder.File("set", "index.csv"),
            ["split,class,file,rank,width,height", "train,b,03.png,0,24,24", "train,b,01.png,1,24,24", "train,b,00.png,2,24,24", "train,b,02.png,3,24,24"]);
        var split = Split(Load("set"), shots: 2, seed: 1);
        Assert.Equal(["train/b/03.png", "train/b/01.png"], Names(split.Shots).Where(name => name.Contains("/b/", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_zip_file_is_read_like_the_folder_in_it()
    {
        SaveGivenSplits("set");
        ZipFile.CreateFromDirectory(_folder.File("set"), _folder.File("set.zip"));
        var (folder, zip) = (Split(Load("set"), 2, 1), Split(Load("set.zip"), 2, 1));
        Assert.Equal(Names(folder.Shots), Names(zip.Shots));
        Assert.Equal(folder.Test.Select(image => image.PixelHash), zip.Test.Select(image => image.PixelHash));
    }

    [Fact]
    public void A_test_image_that_is_also_a_shot_is_left_out_and_told()
    {
        SaveGivenSplits("set");
        File.Copy(_folder.File("set", "train", "b", "00.png"), _folder.File("set", "test", "b", "copied.png"));
        var split = Split(Load("set"), shots: 1, seed: 1);
        Assert.Equal(8, split.Test.Count);
        Assert.Contains(_log, line => line.Contains("1 test images", StringComparison.Ordinal));
    }

    [Fact]
    public void A_damaged_image_is_named_and_left_out()
    {
        SaveGivenSplits("set");
        File.WriteAllText(_folder.File("set", "train", "b", "00.png"), "no image");
        var split = Split(Load("set"), shots: 1, seed: 1);
        Assert.Contains("train/b/01.png", Names(split.Shots));
        Assert.Contains(_log, line => line.Contains("train/b/00.png", StringComparison.Ordinal));
    }

    [Fact]
    public void Too_few_images_are_an_error_that_names_the_class()
    {
        SaveGivenSplits("set");
        var set = Load("set");
        Assert.Contains("'a x'", Assert.Throws<InvalidDataException>(() => Split(set, 5, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_class_without_shots_is_an_error_that_names_it()
    {
        SaveGivenSplits("set");
        SampleImages.SaveClasses(_folder.File("set", "test"), 1, "c");
        var set = Load("set");
        Assert.Contains("'c'", Assert.Throws<InvalidDataException>(() => Split(set, 1, 1)).Message, StringComparison.Ordinal);
    }

    private void SaveGivenSplits(string name)
    {
        SampleImages.SaveClasses(_folder.File(name, "train"), 4, Path.Combine("a", "x"), "b");
        SampleImages.SaveClasses(_folder.File(name, "test"), 4, Path.Combine("a", "x"), "b");
    }

    private ImageSet Load(string name) => ImageSet.Load(_folder.File(name), _folder.File("decoded " + name), _log.Add, CancellationToken.None);

    private FewShotSplit Split(ImageSet set, int shots, int seed) => FewShotSplit.Create(set, shots, seed, drawShots: false, _log.Add);

    private static List<string> Names(IEnumerable<LabelledImage> images) => [.. images.Select(image => image.Name)];
}
