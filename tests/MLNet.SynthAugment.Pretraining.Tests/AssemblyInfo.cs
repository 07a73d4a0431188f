// One test at a time: libtorch spreads a test over the cores by itself, memory is measured for the whole process, and
// TorchSharp's scalars may be finalised under a native call while another thread collects garbage.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
