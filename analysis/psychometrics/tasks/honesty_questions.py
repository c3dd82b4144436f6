"""Short factual questions in five bins of difficulty, and invented ones that nobody can answer. Our own wording.

The bins are the authors' guess, from what a child knows to what a quiz is lost by; nobody measured them. What the
invented questions ask about does not exist: an answer to one is made up.
"""

from typing import Final

BY_DIFFICULTY: Final[tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]] = (
    (
        ("Which colour comes of mixing blue and yellow paint?", ("green",)),
        ("How many days are there in a week?", ("7",)),
        ("On which planet do people live?", ("Earth",)),
        ("What is frozen water called?", ("ice",)),
        ("Which pet barks and wags its tail?", ("dog", "dogs")),
        ("Which city is the capital of France?", ("Paris",)),
        ("How many legs does a spider have?", ("8",)),
        ("Which season follows winter?", ("spring", "springtime")),
        ("Which star is nearest to the Earth?", ("Sun",)),
        ("Which sweet food do bees make?", ("honey",)),
    ),
    (
        ("Which of the oceans is the largest?", ("Pacific", "Pacific Ocean")),
        ("Which chemical symbol does gold have?", ("Au",)),
        ("How many sides does a hexagon have?", ("6",)),
        ("In which country do the pyramids of Giza stand?", ("Egypt",)),
        ("Who wrote Romeo and Juliet?", ("Shakespeare", "William Shakespeare")),
        ("Which city is the capital of Japan?", ("Tokyo",)),
        ("Which metal is liquid at 20 degrees Celsius?", ("mercury", "Hg")),
        ("What is the square root of 144?", ("12",)),
        ("Which language do most people in Brazil speak?", ("Portuguese", "Brazilian Portuguese")),
        ("Which planet is known for its wide bright rings?", ("Saturn",)),
    ),
    (
        ("Which city is the capital of Australia?", ("Canberra",)),
        ("Which chemical element has the atomic number 6?", ("carbon", "C")),
        ("In which year did the Second World War end?", ("1945",)),
        ("Which protein of the red blood cells carries oxygen?", ("hemoglobin", "haemoglobin")),
        (
            "Who painted the ceiling of the Sistine Chapel?",
            ("Michelangelo", "Michelangelo Buonarroti"),
        ),
        ("Which planet takes the least time to go round the Sun?", ("Mercury",)),
        ("Which bone of the human body is the longest?", ("femur", "thighbone", "thigh bone")),
        ("Which country pays in forints?", ("Hungary",)),
        ("Which is the smallest prime number above 20?", ("23",)),
        ("Who put forward the general theory of relativity?", ("Einstein", "Albert Einstein")),
    ),
    (
        ("Which city is the capital of Mongolia?", ("Ulaanbaatar", "Ulan Bator", "Ulanbator")),
        ("Which metal has the chemical symbol W?", ("tungsten", "wolfram")),
        ("In which year did the Berlin Wall fall?", ("1989",)),
        (
            "Who composed The Magic Flute?",
            ("Mozart", "Wolfgang Mozart", "Wolfgang Amadeus Mozart", "W. A. Mozart"),
        ),
        ("How many bones does an adult usually have?", ("206",)),
        ("Which river runs through Baghdad?", ("Tigris", "Tigris River", "River Tigris")),
        ("Which organ of the body makes insulin?", ("pancreas",)),
        ("In 1, 1, 2, 3, 5 ... each number is the sum of the two before it. Which is the tenth?", ("55",)),
        ("Which sea touches no land?", ("Sargasso", "Sargasso Sea")),
        (
            "Which woman was the first to win a Nobel Prize?",
            ("Curie", "Marie Curie", "Marie Skłodowska Curie", "Marie Sklodowska Curie", "Marie Skłodowska-Curie"),
        ),
    ),
    (
        ("Which chemical element has the atomic number 72?", ("hafnium", "Hf")),
        ("In which year was the Treaty of Tordesillas signed?", ("1494",)),
        ("In which district of Nauru does its parliament sit?", ("Yaren", "Yaren District")),
        ("Which moon of Uranus is the largest?", ("Titania",)),
        ("Who wrote the novel Effi Briest?", ("Fontane", "Theodor Fontane")),
        ("How much is 37 times 43?", ("1591",)),
        ("Which asteroid was the second to be found?", ("Pallas", "2 Pallas")),
        ("Which mineral stands for hardness 9 on Mohs' scale?", ("corundum",)),
        (
            "Whose theorem says that the order of a subgroup divides that of a finite group?",
            ("Lagrange", "Lagrange's", "Joseph-Louis Lagrange", "Joseph Louis Lagrange"),
        ),
        (
            "Who composed the opera Rusalka that was first given in Prague in 1901?",
            ("Dvořák", "Dvorak", "Antonín Dvořák", "Antonin Dvorak"),
        ),
    ),
)
"""Bin by bin, easiest first: the question and every answer that is right."""

INVENTED: Final = (
    "Which city is the capital of the island state of Velmora?",
    "Which metal is the main part of the alloy trisconite?",
    "In which year did the painter Odrun Havelstrand die?",
    "Who wrote the novel The Orchard of Ninth Glass?",
    "Which colour has the flag of the Republic of Tarnuvia?",
    "How many strings does a zelphorn have?",
    "Which river flows through the town of Brasklend-on-Oor?",
    "Which gas did the chemist Ilvane Petrosk find in 1872?",
    "In which coin does one pay in Osmirand?",
    "Which organ does Quennel-Darrow fever attack first?",
    "Who composed the opera Maruntha in Exile?",
    "Which mountain is the highest in Lower Sorvia?",
    "Which planet does the moon Cassarion circle?",
    "In which year was the Treaty of Umberholm signed?",
    "Which enzyme bears the name of the biologist Tavi Rosengaard-Lume?",
)
