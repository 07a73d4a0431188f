// One test at a time: libtorch spreads a test over the cores by itself.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
