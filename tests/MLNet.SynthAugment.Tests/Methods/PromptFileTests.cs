using MLNet.SynthAugment.Methods;

namespace MLNet.SynthAugment.Tests.Methods;

/// <summary>Prompts of <see cref="ClassNamePrompt"/> from files.</summary>
public sealed class PromptFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Write(string name, string content)
    {
        File.WriteAllText(_folder[name], content);
        return _folder[name];
    }

    private string ErrorOf(string name, string content) =>
        Assert.Throws<InvalidDataException>(() => new ClassNamePrompt().WithPromptFile(Write(name, content))).Message;

    [Fact]
    public void Lines_are_prompts_of_all_classes_or_after_a_tab_of_one()
    {
        var method = new ClassNamePrompt().WithPromptFile(
            Write("prompts.txt", "\uFEFFa sketch of a {class}\r\n\r\n  an old {class} \ncat\ta cat on a sofa\ncat\ta "
                + "{class} asleep\nblack dog\ta dog\n"));
        Assert.Equal(["a sketch of a {class}", "an old {class}"], method.Templates);
        Assert.Equal(["a cat on a sofa", "a {class} asleep"], method.ClassPrompts["cat"]);
        Assert.Equal(["black dog", "cat"], method.ClassPrompts.Keys.Order());
    }

    [Fact]
    public void Json_is_a_list_or_lists_by_class()
    {
        Assert.Equal(["one {class}", "two {class}"],
            new ClassNamePrompt().WithPromptFile(Write("list.json", """["one {class}", "two {class}"]""")).Templates);
        var byClass = new ClassNamePrompt().WithPromptFile(
            Write("classes.JSON", """{ "cat": ["a cat"], "dog": ["a dog", "two dogs"] }"""));
        Assert.Equal(["a dog", "two dogs"], byClass.ClassPrompts["dog"]);
        Assert.Equal(new ClassNamePrompt().Templates, byClass.Templates);
    }

    [Fact]
    public void Faults_name_the_file_and_the_line()
    {
        var message = ErrorOf("prompts.txt", "a {class}\na {clas} at night\n");
        Assert.Contains(_folder["prompts.txt"], message);
        Assert.Contains("line 2: '{clas}' is no placeholder; {class} stands for the class's name, {word}", message);
        Assert.Contains("line 3: the class before the tab is empty", ErrorOf("prompts.txt", "a\nb\n\tc\n"));
        Assert.Contains("line 1: it is empty", ErrorOf("prompts.txt", "cat\t \n"));
        Assert.Contains("holds no prompt", ErrorOf("prompts.txt", " \n\n"));
        Assert.Contains("is no JSON", ErrorOf("prompts.json", "a {class}"));
        Assert.Contains("prompt 2 of class 'cat': text was expected, not Number",
            ErrorOf("prompts.json", """{ "cat": ["a", 5] }"""));
        Assert.Contains("class 'cat': a list of prompts was expected, not String",
            ErrorOf("prompts.json", """{ "cat": "a" }"""));
        Assert.Contains("holds no prompt", ErrorOf("prompts.json", "[]"));
        File.WriteAllBytes(_folder["latin.txt"], [0x61, 0xE9, 0x62]);
        Assert.Contains("is not UTF-8",
            Assert.Throws<InvalidDataException>(
                () => new ClassNamePrompt().WithPromptFile(_folder["latin.txt"])).Message);
        Assert.Contains("no prompt file",
            Assert.Throws<FileNotFoundException>(
                () => new ClassNamePrompt().WithPromptFile(_folder["none.txt"])).Message);
    }
}
