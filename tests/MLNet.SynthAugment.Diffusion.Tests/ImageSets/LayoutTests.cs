using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Diffusion.Tests.ImageSets;

/// <summary>What is taken for splits and for classes.</summary>
public sealed class LayoutTests : IDisposable
{
    private readonly ImageSetFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("train", SplitRole.Train)]
    [InlineData("Training", SplitRole.Train)]
    [InlineData("training_set", SplitRole.Train)]
    [InlineData("train_set", SplitRole.Train)]
    [InlineData("TrainSet", SplitRole.Train)]
    [InlineData("seg_train", SplitRole.Train)]
    [InlineData("images_train", SplitRole.Train)]
    [InlineData("train-images", SplitRole.Train)]
    [InlineData("train2017", SplitRole.Train)]
    [InlineData("imgsTrain", SplitRole.Train)]
    [InlineData("VAL", SplitRole.Validation)]
    [InlineData("valid", SplitRole.Validation)]
    [InlineData("Validation", SplitRole.Validation)]
    [InlineData("dev", SplitRole.Validation)]
    [InlineData("test", SplitRole.Test)]
    [InlineData("Testing", SplitRole.Test)]
    [InlineData("test_set", SplitRole.Test)]
    [InlineData("seg_test", SplitRole.Test)]
    [InlineData("eval", SplitRole.Test)]
    [InlineData("pretrain", SplitRole.Pretrain)]
    [InlineData("cat", null)]
    [InlineData("steam train", null)]
    [InlineData("trainer", null)]
    [InlineData("test_tube", null)]
    public void SplitsHaveManyNames(string name, SplitRole? expected) =>
        Assert.Equal(expected, SplitNames.RoleOf(name));

    [Fact]
    public void ANameThatOnlyTheRoleTellsFromItsNeighboursIsASplit()
    {
        Assert.Equal(["mnist_test", "mnist_train"],
            SplitNames.Among(["mnist_train", "mnist_test", "steam train"]).Keys.Order(StringComparer.Ordinal));
        Assert.Empty(SplitNames.Among(["mnist_train", "bullet train"]));
    }

    [Theory]
    [InlineData("train/cat/1.png test/cat/2.png", "train", "cat")]
    [InlineData("photos/train/cat/1.png photos/test/cat/2.png", "photos/train", "cat")]
    [InlineData("a/b/c/Training/cat/1.png a/b/c/Testing/dog/2.png a/readme/x.png", "a/b/c/Training", "cat")]
    [InlineData("seg_train/seg_train/cat/1.png seg_test/seg_test/cat/2.png seg_pred/seg_pred/3.png", "seg_train",
        "cat")]
    [InlineData("photos/training_set/cat/1.png photos/test_set/cat/2.png __MACOSX/photos/._3.png docs/4.png",
        "photos/training_set", "cat")]
    [InlineData("train/images/cat/1.png train/images/dog/1.png val/images/cat/2.png", "train", "cat,dog")]
    [InlineData("train/big/cat/1.png train/small/dog/1.png test/big/cat/2.png", "train", "big cat,small dog")]
    [InlineData("train/cat/1.png train/dog/2.png test/3.png", "train", "cat,dog")]
    [InlineData("Training data/train/cat/1.png Training data/test/cat/2.png", "Training data/train", "cat")]
    [InlineData("mnist_train/7/1.png mnist_test/7/2.png", "mnist_train", "7")]
    [InlineData("photos/train/cat/1.png photos/train/dog/2.png", "photos/train", "cat,dog")]
    [InlineData("a/b/c/train/cat/1.png a/b/c/readme/2.png a/docs/3.png", "a/b/c/train", "cat")]
    [InlineData("train/images/cat/1.png train/images/dog/2.png", "train", "cat,dog")]
    [InlineData("train/set/images/cat/1.png val/set/images/cat/2.png", "train", "cat")]
    [InlineData("photos/train/train/images/cat/1.png", "photos/train", "cat")]
    [InlineData("dev/cat/3.png TRAIN/cat/1.png eval/cat/2.png", "TRAIN", "cat")]
    public void TheSplitLevelIsFoundBelowWrappersAndBesideOtherFolders(string paths, string train, string classes)
    {
        foreach (var set in new[] { Folder(Paths(paths)), Zip(Paths(paths)) })
        {
            var layout = ImageSetReader.LayoutOf(new(set));
            Assert.Null(layout.ClassFolder);
            Assert.Equal(train, layout.Find(SplitRole.Train)!.Path);
            using var read = ImageSetReader.Open(new(set, train));
            Assert.Equal(classes.Split(','), read.Entries.Select(entry => entry.ClassName).Distinct());
            Assert.All(read.Entries, entry => Assert.StartsWith(train + "/", entry.Name, StringComparison.Ordinal));
            Assert.Contains($"the split '{train}' is read", read.Description);
            // Which split, must be said.
            Assert.Contains($"for example {set}:",
                Assert.Throws<InvalidDataException>(() => ImageSetReader.Open(new(set))).Message);
        }
    }

    [Theory]
    [InlineData("photos/cat/1.png photos/dog/2.png", "cat,dog")]
    [InlineData("a/b/cat/1.png a/b/dog/2.png docs/3.png", "cat,dog")]
    [InlineData("cat/1.png", "cat")]
    [InlineData("cat/1.png docs/2.png", "cat,docs")]
    [InlineData("Sanskrit/character07/1.png Greek/alpha/2.png", "Greek alpha,Sanskrit character07")]
    public void WithoutSplitsClassFoldersAreFoundBelowWrappers(string paths, string classes)
    {
        using var set = ImageSetReader.Open(new(Folder(Paths(paths))));
        Assert.Equal(classes, string.Join(',', set.Entries.Select(entry => entry.ClassName).Distinct()));
    }

    [Theory]
    [InlineData("test/1.png cat/2.png dog/3.png", "'test' is named like a split but lies beside 'cat', 'dog'", ".",
        "cat,dog,test")]
    [InlineData("photos/train/1.png photos/bus/2.png",
        "'photos/train' is named like a split but lies beside 'photos/bus'", "photos/.", "bus,train")]
    [InlineData("train/1.png test/2.png", "'test', 'train' are named like splits but hold no class folders", ".",
        "test,train")]
    [InlineData("train/steam/1.png bus/2.png", "'train' is named like a split but lies beside 'bus'", ".",
        "bus,train steam")]
    [InlineData("a/train/cat/1.png b/train/cat/2.png", "named like splits in several places: 'a/train', 'b/train'",
        "a/train", "cat")]
    [InlineData("cat/train/1.png cat/test/2.png dog/train/3.png", "in several places", ".",
        "cat test,cat train,dog train")]
    [InlineData("photos/train/cat/1.png bus/2.png",
        "'photos/train' is named like a split but lies beside 'bus'", "photos/train", "cat")]
    [InlineData("train/cat/1.png train/val/cat/2.png test/cat/3.png",
        "'train/val' is named like a split but lies inside the split 'train'", "train/.", "cat,val cat")]
    [InlineData("training/train/cat/1.png training/val/cat/2.png testing/cat/3.png",
        "'training/train', 'training/val' are named like splits but lie inside the split 'training'",
        "training/train", "cat")]
    [InlineData("train/cat/1.png train/train/cat/2.png test/cat/3.png",
        "'train/train' is named like a split but lies inside", "train/train", "cat")]
    [InlineData("train/val/cat/1.png", "'train/val' is named like a split but lies inside", "train/val", "cat")]
    [InlineData("train/images/cat/1.png train/images/test/2.png test/images/cat/3.png",
        "'train/images/test' is named like a split but lies inside", "train/images/.", "cat,test")]
    public void DoubtIsAnErrorThatSaysWhichOptionDecides(string paths, string expected, string split, string classes)
    {
        var set = Zip(Paths(paths));
        var error = Assert.Throws<InvalidDataException>(() => ImageSetReader.LayoutOf(new(set)));
        Assert.Contains(expected, error.Message);
        Assert.Contains("--split", error.Message);
        Assert.Contains(set + ":", error.Message);
        using var read = ImageSetReader.Open(new(set, split));
        Assert.Equal(classes, string.Join(',',
            read.Entries.Select(entry => entry.ClassName).Distinct().Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("train")]
    [InlineData("Training")]
    public void ASplitInTheSplitThatIsReadIsDoubtToo(string given)
    {
        var set = Folder(Paths("train/cat/1.png train/val/cat/2.png test/cat/3.png"));
        Assert.Contains($"{set}:train/val (--split train/val) reads that split alone",
            Assert.Throws<InvalidDataException>(() => ImageSetReader.Open(new(set, given))).Message);
        using var test = ImageSetReader.Open(new(set, "test"));
        Assert.Equal(["test/cat/3.png"], test.Entries.Select(entry => entry.Name));
    }

    [Theory]
    [InlineData("train", "photos/training_set")]
    [InlineData("TEST_SET", "photos/test_set")]
    [InlineData("photos/test_set", "photos/test_set")]
    public void ASplitIsNamedByItsNameItsRoleOrItsPath(string given, string expected)
    {
        var set = Folder(Paths("photos/training_set/cat/1.png photos/test_set/cat/2.png"));
        Assert.Equal(expected, ImageSetReader.LayoutOf(new(set, given)).Split!.Path);
        Assert.Contains("photos/test_set, photos/training_set",
            Assert.Throws<InvalidDataException>(() => ImageSetReader.LayoutOf(new(set, "val"))).Message);
    }

    [Fact]
    public void ImagesBesideTheSplitsAreToldAndThoseOfOtherSplitsAreNotMeant()
    {
        using var set = ImageSetReader.Open(
            new(Folder(Paths("train/cat/1.png train/2.png test/cat/3.png extra/cat/4.png")), "train"));
        Assert.Equal(["extra/cat/4.png", "train/2.png"], set.LeftOut.Select(file => file.Name));
        Assert.All(set.LeftOut, file => Assert.Equal("it lies in no class folder", file.Reason));
    }

    [Theory]
    [InlineData("train/cat/1.png train/dog/2.png", "test/cat", "test")]
    [InlineData("train/cat/1.png val/cat/2.png", "test", "test")]
    [InlineData("photos/seg_train/cat/1.png", "photos/seg_test", "photos/seg_test")]
    [InlineData("mnist_train/7/1.png mnist_test/7/1.png", "mnist_val/7", "mnist_val")]
    public void ASplitWithoutAnImageIsTold(string paths, string empty, string expected)
    {
        var set = Folder(Paths(paths));
        Directory.CreateDirectory(Path.Combine(set, empty));
        using var read = ImageSetReader.Open(new(set, "train"));
        Assert.Equal([new LeftOutFile("", expected, "no image lies in this split")], read.LeftOut);
    }

    [Theory]
    [InlineData("a b/c/1.png a/b c/2.png dog/3.png", "'a b c' would be made of 2 folders: 'a b/c', 'a/b c'.")]
    [InlineData("train/a b/1.png train/a/b/2.png test/dog/3.png",
        "'a b' would be made of 2 folders: 'train/a b', 'train/a/b'.")]
    public void FoldersThatWouldBecomeOneClassAreAnErrorThatNamesThem(string paths, string expected)
    {
        foreach (var set in new[] { Folder(Paths(paths)), Zip(Paths(paths)) })
        {
            var split = paths.StartsWith("train", StringComparison.Ordinal) ? "train" : null;
            var location = new ImageSetLocation(set, split);
            Assert.Contains(expected,
                Assert.Throws<InvalidDataException>(() => ImageSetReader.Open(location)).Message);
            using var survey = ImageSetReader.Survey(location);
            Assert.Single(survey.Merged);
        }
    }

    [Fact]
    public void FoldersThatSystemsMakeAreHidden()
    {
        const string paths = "cat/1.png cat/@eaDir/1/SYNOPHOTO_THUMB_S.png @eaDir/2.png #recycle/a/3.png "
            + "$RECYCLE.BIN/x/4.png $Recycle.Bin/y/5.png System Volume Information/x/6.png lost+found/7/8.png "
            + "dog/9.png";
        foreach (var set in new[] { Folder(Paths(paths)), Zip(Paths(paths)) })
        {
            using var read = ImageSetReader.Open(new(set));
            Assert.Equal(["cat/1.png", "dog/9.png"], read.Entries.Select(entry => entry.Name));
            Assert.Empty(read.LeftOut);
        }
    }

    [Theory]
    [InlineData("cat/1.png", "no splits; there is 1 image of 1 class: cat.")]
    [InlineData("cat/1.png dog/2.png", "no splits; there are 2 images of 2 classes: cat, dog.")]
    [InlineData("train/cat/1.png", "the split 'train' is read; in 'train' is 1 image of 1 class: cat.")]
    [InlineData("loose.png", "no splits; there is no image.")]
    public void WhatIsReadIsSaidInASentence(string paths, string expected)
    {
        var split = paths.StartsWith("train", StringComparison.Ordinal) ? "train" : null;
        using var set = ImageSetReader.Survey(new(Folder(Paths(paths)), split));
        Assert.EndsWith(": " + expected, set.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void TheIndexRanksImagesBelowWrappersToo()
    {
        var set = Folder(Paths("photos/train/cat/a.png photos/train/cat/b.png photos/test/cat/c.png"));
        File.WriteAllText(Path.Combine(set, "photos", "index.csv"), "split,class,file,rank\ntrain,cat,b.png,0\n");
        Assert.Equal([null, 0], ImageSetReader.Read(new(set, "train")).Select(entry => entry.Rank));
    }

    // Names may hold blanks where a path ends with .png before.
    private static string[] Paths(string paths) =>
        [.. paths.Split(".png", StringSplitOptions.RemoveEmptyEntries).Select(path => path.TrimStart() + ".png")];

    private string Folder(string[] paths)
    {
        var name = $"set {Guid.NewGuid():N}";
        foreach (var path in paths)
            _files.AddFile($"{name}/{path}", [1]);
        return _files.PathOf(name);
    }

    private string Zip(string[] paths) =>
        _files.Zip($"{Guid.NewGuid():N}.zip", [.. paths.Select(path => (path, new byte[] { 1 }))]);
}
