using FewShotAccuracy;

return await CommandLine.RunAsync(args);
