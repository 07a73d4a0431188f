namespace MLNet.SynthAugment.Diffusion.ImageSets;

/// <summary>
/// The names that splits have in sets from everywhere: <c>train</c>, <c>Training</c>, <c>seg_test</c>,
/// <c>images_val</c>, <c>train2017</c>, …
/// </summary>
internal static class SplitNames
{
    private static readonly Dictionary<string, SplitRole> s_roles = new(StringComparer.Ordinal)
    {
        ["train"] = SplitRole.Train,
        ["training"] = SplitRole.Train,
        ["trn"] = SplitRole.Train,
        ["trainval"] = SplitRole.Train,
        ["val"] = SplitRole.Validation,
        ["valid"] = SplitRole.Validation,
        ["validation"] = SplitRole.Validation,
        ["validate"] = SplitRole.Validation,
        ["dev"] = SplitRole.Validation,
        ["development"] = SplitRole.Validation,
        ["test"] = SplitRole.Test,
        ["testing"] = SplitRole.Test,
        ["tst"] = SplitRole.Test,
        ["eval"] = SplitRole.Test,
        ["evaluation"] = SplitRole.Test,
        ["holdout"] = SplitRole.Test,
        ["pretrain"] = SplitRole.Pretrain,
        ["pretraining"] = SplitRole.Pretrain,
    };

    // What such names say beside the role, apart or joined to it: train_set, trainset, imgs-train.
    private static readonly string[] s_additions =
    [
        "dataset", "set", "split", "folder", "images", "image", "imgs", "img", "pictures", "photos", "data", "samples",
            "seg", "cls",
    ];

    /// <summary>The split folders among the folders that lie side by side.</summary>
    /// <param name="names">Their names.</param>
    public static IReadOnlyDictionary<string, SplitRole> Among(IEnumerable<string> names)
    {
        var named = names.Select(name => (Name: name, Found: Parse(name))).Where(folder => folder.Found is not null)
            .Select(folder => (folder.Name, folder.Found!.Value.Role, folder.Found!.Value.Remainder)).ToList();
        // mnist_train is a split where mnist_test is beside it; alone it may be a class.
        var pairs = named.GroupBy(folder => folder.Remainder)
            .Where(group => group.DistinctBy(folder => folder.Role).Count() > 1).Select(group => group.Key).ToHashSet();
        return named.Where(folder => folder.Remainder.Length == 0 || pairs.Contains(folder.Remainder))
            .ToDictionary(folder => folder.Name, folder => folder.Role, StringComparer.Ordinal);
    }

    /// <summary>What a folder is for if it is named like a split, else null.</summary>
    public static SplitRole? RoleOf(string name) => Among([name]).TryGetValue(name, out var role) ? role : null;

    /// <summary>What a folder may be for where others beside it are named alike: <c>mnist_test</c>.</summary>
    public static SplitRole? PossibleRoleOf(string name) => Parse(name)?.Role;

    private static (SplitRole Role, string Remainder)? Parse(string name)
    {
        SplitRole? role = null;
        var rest = new StringBuilder();
        foreach (var word in Words(name))
        {
            var bare = s_roles.ContainsKey(word) ? word : WithoutAddition(word);
            if (!s_roles.TryGetValue(bare, out var found))
                rest.Append(bare).Append(bare.Length > 0 ? " " : "");
            else if (role is not null)
                return null;
            else
                role = found;
        }
        return role is { } only ? (only, rest.ToString()) : null;
    }

    private static string WithoutAddition(string word)
    {
        if (s_additions.Contains(word))
            return "";
        foreach (var addition in s_additions)
        {
            if (word.EndsWith(addition, StringComparison.Ordinal) && s_roles.ContainsKey(word[..^addition.Length]))
                return word[..^addition.Length];
            if (word.StartsWith(addition, StringComparison.Ordinal) && s_roles.ContainsKey(word[addition.Length..]))
                return word[addition.Length..];
        }
        return word;
    }

    // Words of letters; digits and signs stand between them, as years do (train2017), and so does a capital after a
    // small letter (TrainSet).
    private static IEnumerable<string> Words(string name)
    {
        var word = new StringBuilder();
        var previous = ' ';
        foreach (var character in name)
        {
            if (word.Length > 0 && (!char.IsLetter(character) || (char.IsUpper(character) && char.IsLower(previous))))
            {
                yield return word.ToString();
                word.Clear();
            }
            if (char.IsLetter(character))
                word.Append(char.ToLowerInvariant(character));
            previous = character;
        }
        if (word.Length > 0)
            yield return word.ToString();
    }
}
