using BesideMLTorchSharp;

// dotnet run --project samples/BesideMLTorchSharp -c Release
var folder = Directory.CreateTempSubdirectory("beside-ml-torchsharp-").FullName;
try
{
    FewShotStep.Run(folder);
    CompiledMethods.Report();
    TextTrainers.Report(folder);
}
finally
{
    Directory.Delete(folder, recursive: true);
}
